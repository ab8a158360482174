/** Every single key that works on this page right now, opened with `?`. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Shortcut, shortcuts, useShortcut } from '../shortcuts.ts';
import { Icon } from './icon.tsx';
import './shortcut-sheet.css';

const GROUPS: readonly Shortcut['group'][] = ['Pages', 'Period', 'Page', 'Everywhere'];

export function ShortcutSheet() {
  const [isOpen, setOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useShortcut({
    keys: ['?'],
    label: 'Keyboard shortcuts',
    group: 'Everywhere',
    run: () => {
      setOpen((open) => !open);
      return true;
    },
  });
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const listed = shortcuts.value.filter(({ label }) => label !== undefined);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" onClose={() => setOpen(false)}>
      <div class="sheet-head">
        <h2 id="sheet-title">Keyboard shortcuts</h2>
        <button type="button" class="button quiet square" aria-label="Close" onClick={() => setOpen(false)}>
          <Icon name="close" />
        </button>
      </div>
      <div class="sheet-groups">
        {GROUPS.map((group) => {
          const own = listed.filter((shortcut) => shortcut.group === group);
          return own.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {own.map(({ label, keys }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      {(keys[0] ?? '').split(/[ +]/).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </dialog>
  );
}
