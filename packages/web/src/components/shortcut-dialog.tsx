/** The sheet of every single key that works on this page right now. Open for as long as it is drawn. */
import { useEffect, useRef } from 'preact/hooks';
import { type Shortcut, shortcuts } from '../shortcuts.ts';
import { Icon } from './icon.tsx';
import './shortcut-dialog.css';

const GROUPS: readonly Shortcut['group'][] = ['Pages', 'Period', 'Page', 'Everywhere'];

export function ShortcutDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const listed = shortcuts.value.filter(({ label }) => label !== undefined);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" onClose={onClose}>
      <div class="sheet-head">
        <h2 id="sheet-title">Keyboard shortcuts</h2>
        <button type="button" class="button quiet square" aria-label="Close" onClick={() => dialog.current?.close()}>
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
