/** Where the spend ended up in git: one bar with its legend, and the releases with what they and their commits cost. */
import type { WireCost, WireCostRow } from '@tokenmeter/core';
import { formatDate, formatPlural, projectName } from '@tokenmeter/core/format';
import { StackedBar } from '../../charts/stacked-bar.tsx';
import { CopyName } from '../../components/copy-id.tsx';
import { CopyIcon } from '../../components/copy-menu.tsx';
import { MoneyText } from '../../components/money-text.tsx';
import { Popover } from '../../components/popover.tsx';
import { EmptyState } from '../../components/states.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { dateFormat } from '../../stores/house.ts';
import { copyColumns } from './columns.ts';
import {
  type CardProperties,
  type CostFigures,
  type Measure,
  readCost,
  readMoney,
  sharesOf,
  weigh,
} from './figures.ts';

const RELEASES_SHOWN = 5;
const TAGS_NAMED = 2;

const NAMES: Readonly<Record<string, string>> = {
  shipped: 'Shipped in a release',
  committed: 'Committed, not released',
  uncommitted: 'Uncommitted work',
  reverted: 'Reverted or dropped',
  not_linked: 'Not linked',
};
const ORDER = Object.keys(NAMES);

interface Properties extends CardProperties {
  readonly releases: WireCost | undefined;
}

export function OutcomeCard({ answer, releases, measure }: Properties) {
  const rows = answer.rows
    .filter(({ id }) => ORDER.includes(id))
    .toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id))
    .map((row) => ({ row, figures: readCost(row) }))
    .filter(({ figures }) => figures.tokens > 0);
  const isLinked = rows.some(({ row }) => row.id !== 'not_linked' && row.id !== 'uncommitted');
  const shares = sharesOf(
    rows.map(({ figures }) => figures),
    measure,
  );
  return (
    <section class="card" aria-labelledby="outcome-title">
      <div class="card-head">
        <h2 id="outcome-title">Where it ended up</h2>
        <span class="card-note">
          <Popover label="How spend is linked to commits" buttonClass="note-button" button="by git outcome">
            {() => (
              <p class="rule-text">
                A call belongs to the first commit on its branch after it that touches a file the run edited; otherwise
                it is uncommitted. Commits ship with the first tag that holds them.
              </p>
            )}
          </Popover>
        </span>
        {rows.length > 0 && (
          <CopyIcon rows={rows.map(({ row }) => row)} columns={copyColumns('outcome')} name="outcomes" />
        )}
      </div>
      {!isLinked && (
        <EmptyState title="No commits linked yet" text="Spend is linked when a run’s files are committed." />
      )}
      {rows.length > 0 && (
        <div class="outcome-body">
          <StackedBar
            label={`Where the ${measure === 'cost' ? 'spend' : 'tokens'} ended up: ${rows
              .map(({ row }, index) => `${NAMES[row.id]} ${shares[index]}`)
              .join(', ')}`}
            parts={rows.map(({ row, figures }, index) => ({
              class: `outcome-${row.id}`,
              weight: Number(weigh(figures, measure)),
              title: `${NAMES[row.id]}, ${shares[index]}`,
            }))}
          />
          <ul class="outcome-legend">
            {rows.map(({ row, figures }, index) => (
              <li key={row.id}>
                <i class={`outcome-mark outcome-${row.id}`} aria-hidden="true" />
                <span class="clip clip-two">
                  {NAMES[row.id]} <span class="ink-3 small">{detailOf(row)}</span>
                </span>
                <span class="end ink-3">{shares[index]}</span>
                <span class="end medium">
                  <Amount figures={figures} measure={measure} />
                </span>
              </li>
            ))}
          </ul>
          {releases?.rows.some(({ id }) => id !== '') && <Releases answer={releases} measure={measure} />}
        </div>
      )}
    </section>
  );
}

function Releases({ answer, measure }: CardProperties) {
  const rows = answer.rows
    .filter(({ id }) => id !== '')
    .toSorted(
      (a, b) => Number(b.is_next) - Number(a.is_next) || (b.released_at ?? '').localeCompare(a.released_at ?? ''),
    );
  const shown = rows.slice(0, RELEASES_SHOWN);
  const hasRepos = new Set(rows.map(({ repo_id: repo }) => repo)).size > 1;
  return (
    <>
      <div class="releases-head">
        <h3>Releases</h3>
        {rows.length > shown.length && (
          <span class="ink-3 small">
            newest {shown.length} of {rows.length}
          </span>
        )}
        <CopyIcon rows={rows} columns={copyColumns('release')} name="releases" />
      </div>
      <ul class="releases">
        {shown.map((row) => {
          const figures = readCost(row);
          const each = readMoney(row.cost_per_commit_usd);
          return (
            <li key={row.id}>
              <CopyName class="clip medium" id={row.id} of={row.name}>
                {row.is_next ? 'Next' : row.name}
              </CopyName>
              <span class="clip clip-two ink-3" title={row.repo_name ?? undefined}>
                {releaseWords(row, hasRepos)}
              </span>
              <span class="end medium">
                <Amount figures={figures} measure={measure} />
              </span>
              <span class="end ink-3 wide-only nowrap">
                {each !== null && (
                  <>
                    <MoneyText nano={each} /> a commit
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Amount({ figures, measure }: { readonly figures: CostFigures; readonly measure: Measure }) {
  return measure === 'tokens' ? <TokenText value={figures.tokens} /> : <MoneyText nano={figures.cost} />;
}

function releaseWords(row: WireCostRow, hasRepos: boolean): string {
  const words = [
    // Without its owner, which would take the room of what differs.
    hasRepos && row.repo_name ? projectName(row.repo_name) : null,
    row.is_next ? null : row.released_at && formatDate(Date.parse(row.released_at), dateFormat.peek()),
    row.commits === null ? null : formatPlural(row.commits, 'commit'),
  ];
  return words.filter((word) => word).join(', ');
}

/** What is behind an outcome: the tags, the commits, the runs. */
function detailOf(row: WireCostRow): string {
  if (row.id === 'not_linked') return 'no git data';
  if (row.id === 'uncommitted') return formatPlural(row.runs, 'run');
  const tags = row.tags ?? [];
  if (row.id === 'shipped' && tags.length > 0) {
    const more = tags.length - TAGS_NAMED;
    return `${tags.slice(0, TAGS_NAMED).toReversed().join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
  return row.commits === null ? '' : formatPlural(row.commits, 'commit');
}
