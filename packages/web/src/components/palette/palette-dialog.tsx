/** The palette's dialog: a field, and below it the pages, actions, sessions and repositories that match. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Command, GROUPS, matchCommands, stepThrough } from './commands.ts';
import { fixedCommands, useFoundCommands } from './sources.ts';
import './palette.css';

export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  // Taken once: the actions of the page behind, not of this dialog.
  const [fixed] = useState(fixedCommands);
  const found = useFoundCommands(typed);
  const shown = matchCommands([...fixed, ...found], typed);
  const current = shown[Math.min(chosen, shown.length - 1)];

  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const choose = (command: Command) => {
    // Closed first, so that the focus is back on the page when the action begins.
    dialog.current?.close();
    command.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen(stepThrough(Math.min(chosen, shown.length - 1), step, shown.length));
    else if (event.key === 'Enter' && current) choose(current);
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={dialog} class="palette" aria-label="Go to anything" onClose={onClose}>
      <input
        class="palette-field"
        type="text"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={current && optionId(current)}
        aria-label="Pages, actions, sessions, repos"
        placeholder="Pages, actions, sessions, repos"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <div ref={list} id="palette-list" class="palette-list" role="listbox" aria-label="Matches">
        {GROUPS.map((group) => (
          <Group
            key={group}
            name={group}
            commands={shown.filter((command) => command.group === group)}
            current={current}
            onChoose={choose}
          />
        ))}
      </div>
      {shown.length === 0 && <p class="palette-none">Nothing matches “{typed.trim()}”</p>}
    </dialog>
  );
}

function Group(properties: {
  readonly name: string;
  readonly commands: readonly Command[];
  readonly current: Command | undefined;
  readonly onChoose: (command: Command) => void;
}) {
  if (properties.commands.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: -- a fieldset cannot stand in a listbox
    <div role="group" aria-label={properties.name}>
      <p class="palette-group" aria-hidden="true">
        {properties.name}
      </p>
      {properties.commands.map((command) => (
        // biome-ignore lint/a11y/useFocusableInteractive: -- the field has the focus and the keys
        <div
          key={command.id}
          id={optionId(command)}
          class="palette-option"
          role="option"
          aria-selected={command === properties.current}
          onMouseDown={(event) => {
            // The field keeps the focus, whatever is pressed.
            event.preventDefault();
            if (event.button === 0) properties.onChoose(command);
          }}
        >
          <span class="palette-name">{command.name}</span>
          {command.hint && <span class="palette-hint">{command.hint}</span>}
        </div>
      ))}
    </div>
  );
}

function optionId({ id }: Command): string {
  return `palette-${id.replace(/[^A-Za-z0-9_-]/g, '-')}`;
}
