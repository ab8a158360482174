/** What each repository cost. Worktrees of one are one row; opened, it shows its branches. */
import { formatPlural } from '@tokenmeter/core/format';
import { useState } from 'preact/hooks';
import { CopyId } from '../../components/copy-id.tsx';
import { CopyIcon } from '../../components/copy-menu.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState } from '../../components/states.tsx';
import { navigateSearch, search } from '../../router.ts';
import { changeView, readView, toggleFilter } from '../../url-state.ts';
import { copyColumns } from './columns.ts';
import { type CardProperties, readCost, sharesOf, weigh } from './figures.ts';
import { partsOf, type Ranked, rank } from './ranked.ts';
import { BarLegend, moreWords, RankedBar } from './ranked-bars.tsx';

const SHOWN = 8;

export function RepoCard({ answer, measure }: CardProperties) {
  const [isWhole, setWhole] = useState(false);
  const { rows, rest } = rank(answer, measure);
  const named = rows.filter(({ id }) => id !== '');
  const none = rows.filter(({ id }) => id === '');
  const hidden = isWhole ? [] : named.slice(SHOWN);
  const shown = named.slice(0, named.length - hidden.length);
  const by = readView(search.value).by;
  return (
    <section class="card" aria-labelledby="repo-title">
      <div class="card-head">
        <h2 id="repo-title">By repo</h2>
        <span class="segmented slim">
          {(['cost', 'tokens'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={by === name} onClick={() => show(name)}>
              {name === 'cost' ? 'Cost' : 'Tokens'}
            </button>
          ))}
        </span>
        <span class="card-note">{rows.length > 0 && formatPlural(rows.length, 'row')}</span>
        {rows.length > 0 && <CopyIcon rows={answer.rows} columns={copyColumns('repo')} name="repos" />}
      </div>
      {rows.length === 0 ? (
        <NoEvents />
      ) : (
        <ol class="ranked">
          {shown.map((row) => (
            <RepoRow key={row.id} row={row} measure={measure} />
          ))}
          {named.length > SHOWN && (
            <li>
              <button type="button" class="ranked-more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
                {isWhole ? `Show the first ${SHOWN}` : moreWords(hidden, measure)}
              </button>
            </li>
          )}
          {rest && (
            <li>
              <RankedBar {...rest} measure={measure} length={0} parts={[]} isMuted>
                {rest.count} more
              </RankedBar>
            </li>
          )}
          {none.map((row) => (
            <li key="none">
              <RankedBar {...row} measure={measure} isMuted>
                {row.name}
              </RankedBar>
            </li>
          ))}
        </ol>
      )}
      <BarLegend all={rows.map(({ figures }) => figures)} measure={measure} />
    </section>
  );
}

function RepoRow({ row, measure }: { readonly row: Ranked; readonly measure: CardProperties['measure'] }) {
  const [isOpen, setOpen] = useState(false);
  const branches = row.row.branches ?? [];
  const href = changeView(search.value, toggleFilter(readView(search.value), 'repo', row.id)) || '?';
  return (
    <li>
      <RankedBar {...row} measure={measure} priceHref="/settings/prices">
        <a class="clip mono" href={href} title={`${row.name}, ${row.id}`}>
          {row.name}
        </a>
        {branches.length > 1 && (
          <button
            type="button"
            class="ranked-expand"
            aria-expanded={isOpen}
            aria-label={`Branches of ${row.name}`}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="down" />
          </button>
        )}
        <CopyId id={row.id} of={row.name} />
      </RankedBar>
      {isOpen && <Branches row={row} measure={measure} />}
    </li>
  );
}

function Branches({ row, measure }: { readonly row: Ranked; readonly measure: CardProperties['measure'] }) {
  const all = (row.row.branches ?? []).map((branch) => ({ name: branch.branch, figures: readCost(branch) }));
  const shares = sharesOf(
    all.map(({ figures }) => figures),
    measure,
  );
  const whole = Number(weigh(row.figures, measure));
  return (
    <ul class="ranked-sub" aria-label={`Branches of ${row.name}`}>
      {all.map(({ name, figures }, index) => (
        <li key={name}>
          <RankedBar
            figures={figures}
            measure={measure}
            share={shares[index] ?? ''}
            length={whole > 0 ? (Number(weigh(figures, measure)) / whole) * row.length : 0}
            parts={partsOf(figures, measure)}
            priceHref="/settings/prices"
          >
            <span class="clip mono" title={name}>
              {name || 'no branch'}
            </span>
          </RankedBar>
        </li>
      ))}
    </ul>
  );
}

function NoEvents() {
  return (
    <EmptyState title="No token events recorded yet." text="Runs outside a git repository are grouped as No repo." />
  );
}

export function show(by: 'cost' | 'tokens'): void {
  navigateSearch(changeView(search.peek(), { by }), { replace: true });
}
