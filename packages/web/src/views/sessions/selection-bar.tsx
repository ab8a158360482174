/** What can be done with the chosen sessions: compare two to four, copy or export them, let them go. */
import { formatPlural } from '@tokenmeter/core/format';
import { writeClipboard } from '../../clipboard.ts';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { saveFile } from '../../save-file.ts';
import { useShortcut } from '../../shortcuts.ts';
import { showToast } from '../../stores/toasts.ts';
import { toCsv, toJson } from '../../table/copy.ts';
import { SESSION_COPY } from './list.ts';
import { clearSelection, compareHref, costOf, MOST_COMPARED, selection } from './selection.ts';

export function SelectionBar() {
  const chosen = [...selection.value.values()];
  return chosen.length === 0 ? null : <Bar />;
}

function Bar() {
  const chosen = [...selection.value.values()];
  const { nano, unpriced } = costOf(chosen);
  const canCompare = chosen.length >= 2 && chosen.length <= MOST_COMPARED;
  useShortcut({
    keys: ['Escape'],
    label: undefined,
    group: 'Page',
    run: () => {
      clearSelection();
      return true;
    },
  });
  const copy = async () => {
    const isCopied = await writeClipboard(toCsv(chosen, SESSION_COPY));
    showToast(isCopied ? `Copied ${formatPlural(chosen.length, 'row')}.` : 'The browser refused to copy.');
  };
  return (
    <section class="selection-bar" aria-label="Chosen sessions">
      <span class="strong nowrap">
        {chosen.length} selected, <MoneyText nano={nano} />
      </span>
      <PriceBadge nano={nano} unpricedTokens={unpriced} short />
      <span class="page-header-space" />
      {canCompare ? (
        <a class="button" href={compareHref(selection.value.keys())}>
          Compare
        </a>
      ) : (
        <button type="button" class="button" disabled title={`Choose two to ${MOST_COMPARED} sessions`}>
          Compare
        </button>
      )}
      <button type="button" class="button" onClick={() => void copy()}>
        Copy
      </button>
      <button
        type="button"
        class="button"
        onClick={() => saveFile('sessions.json', 'application/json', toJson(chosen, SESSION_COPY))}
      >
        Export
      </button>
      <button type="button" class="button quiet" onClick={clearSelection}>
        Clear
      </button>
    </section>
  );
}
