/** Copies a table as CSV at one press, as JSON or Markdown from its menu: all rows, as filtered and sorted. */
import { formatPlural } from '@tokenmeter/core/format';
import { writeClipboard } from '../clipboard.ts';
import { useShortcut } from '../shortcuts.ts';
import { showToast } from '../stores/toasts.ts';
import { type CopyColumn, type CopyFormat, copyTable } from '../table/copy.ts';
import { Icon } from './icon.tsx';
import { Popover } from './popover.tsx';
import './copy-menu.css';

const FORMAT_NAMES: Readonly<Record<CopyFormat, string>> = { csv: 'CSV', json: 'JSON', markdown: 'Markdown' };

interface Properties<T> {
  /** All of them, or how to get those that are not on the page. */
  readonly rows: readonly T[] | (() => Promise<readonly T[]>);
  readonly columns: readonly CopyColumn<T>[];
  /** What the rows are, for the menu's name. */
  readonly name: string;
}

export function CopyMenu<T>(properties: Properties<T>) {
  const copy = (format: CopyFormat) => void copyRows(format, properties);
  useShortcut({
    keys: ['Shift+y'],
    label: 'Copy the table as CSV',
    group: 'Page',
    run: () => {
      copy('csv');
      return true;
    },
  });
  return (
    <span class="copy-menu">
      <button type="button" class="button quiet slim" onClick={() => copy('csv')}>
        <Icon name="copy" />
        Copy CSV
      </button>
      <Popover
        label={`Copy ${properties.name} as`}
        buttonLabel="Other formats"
        buttonClass="button quiet slim"
        button={<Icon name="down" />}
      >
        {(close) => <Formats formats={['json', 'markdown']} close={close} copy={copy} />}
      </Popover>
    </span>
  );
}

/** The same behind one icon, for a page with several tables: the key copies the main one. */
export function CopyIcon<T>(properties: Properties<T>) {
  return (
    <Popover
      class="copy-icon"
      label={`Copy ${properties.name} as`}
      buttonLabel={`Copy ${properties.name}`}
      buttonClass="button quiet slim"
      button={<Icon name="copy" />}
    >
      {(close) => (
        <Formats
          formats={['csv', 'json', 'markdown']}
          close={close}
          copy={(format) => void copyRows(format, properties)}
        />
      )}
    </Popover>
  );
}

function Formats(properties: {
  readonly formats: readonly CopyFormat[];
  readonly close: () => void;
  readonly copy: (format: CopyFormat) => void;
}) {
  return properties.formats.map((format) => (
    <button
      key={format}
      type="button"
      class="menu-item"
      onClick={() => {
        properties.close();
        properties.copy(format);
      }}
    >
      Copy {FORMAT_NAMES[format]}
    </button>
  ));
}

async function copyRows<T>(format: CopyFormat, { rows, columns }: Properties<T>): Promise<void> {
  try {
    const all = typeof rows === 'function' ? await rows() : rows;
    const isCopied = await writeClipboard(copyTable(format, all, columns));
    showToast(isCopied ? `Copied ${formatPlural(all.length, 'row')}.` : 'The browser refused to copy.');
  } catch (error) {
    showToast(`Nothing was copied. ${error instanceof Error ? error.message : ''}`);
  }
}
