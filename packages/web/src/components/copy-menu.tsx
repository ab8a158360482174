/** Copies a table as CSV at one press, as JSON or Markdown from its menu: all rows, as filtered and sorted. */
import { formatPlural } from '@tokenmeter/core/format';
import { writeClipboard } from '../clipboard.ts';
import { useShortcut } from '../shortcuts.ts';
import { showToast } from '../stores/toasts.ts';
import { type CopyColumn, type CopyFormat, copyTable } from '../table/copy.ts';
import { Icon } from './icon.tsx';
import { Popover } from './popover.tsx';

interface Properties<T> {
  /** All of them, or how to get those that are not on the page. */
  readonly rows: readonly T[] | (() => Promise<readonly T[]>);
  readonly columns: readonly CopyColumn<T>[];
  /** What the rows are, for the menu's name. */
  readonly name: string;
}

export function CopyMenu<T>({ rows, columns, name }: Properties<T>) {
  const copy = async (format: CopyFormat) => {
    try {
      const all = typeof rows === 'function' ? await rows() : rows;
      const isCopied = await writeClipboard(copyTable(format, all, columns));
      showToast(isCopied ? `Copied ${formatPlural(all.length, 'row')}.` : 'The browser refused to copy.');
    } catch (error) {
      showToast(`Nothing was copied. ${error instanceof Error ? error.message : ''}`);
    }
  };
  useShortcut({
    keys: ['Shift+y'],
    label: 'Copy the table as CSV',
    group: 'Page',
    run: () => {
      void copy('csv');
      return true;
    },
  });
  return (
    <span class="copy-menu">
      <button type="button" class="button quiet slim" onClick={() => void copy('csv')}>
        <Icon name="copy" />
        Copy CSV
      </button>
      <Popover
        label={`Copy ${name} as`}
        buttonLabel="Other formats"
        buttonClass="button quiet slim"
        button={<Icon name="down" />}
      >
        {(close) =>
          (['json', 'markdown'] as const).map((format) => (
            <button
              key={format}
              type="button"
              class="menu-item"
              onClick={() => {
                close();
                void copy(format);
              }}
            >
              Copy {format === 'json' ? 'JSON' : 'Markdown'}
            </button>
          ))
        }
      </Popover>
    </span>
  );
}
