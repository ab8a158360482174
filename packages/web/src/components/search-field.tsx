/** A search of the page one is on: what is typed goes into the address after a short rest; `/` goes to it, Escape clears. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useShortcut } from '../shortcuts.ts';
import { Icon } from './icon.tsx';
import '../styles/search-field.css';

interface Properties {
  readonly value: string;
  /** What can be searched for: the field's name and what it shows while empty. */
  readonly label: string;
  readonly onSearch: (text: string) => void;
}

const REST_MS = 250;

export function SearchField({ value, label, onSearch }: Properties) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // Back, or a cleared search, changes the address without the field.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcut({
    keys: ['/'],
    label: 'Search',
    group: 'Page',
    run: () => {
      field.current?.focus();
      field.current?.select();
      return true;
    },
  });
  const search = (text: string) => {
    clearTimeout(timer.current);
    setTyped(text);
    onSearch(text.trim());
  };
  return (
    <search class="search-frame">
      <form
        class="search-field"
        onSubmit={(event) => {
          event.preventDefault();
          search(typed);
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          class="field"
          type="search"
          aria-label={label}
          placeholder={label}
          value={typed}
          onInput={(event) => {
            const text = event.currentTarget.value;
            setTyped(text);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => onSearch(text.trim()), REST_MS);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (typed === '') field.current?.blur();
            else search('');
          }}
        />
        <span class="search-key wide-only" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
