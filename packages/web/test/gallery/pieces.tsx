/** What pages are put together from: buttons, badges, menus, what stands where figures cannot. */
import { ApiFailure } from '../../src/api.ts';
import { CopyId, CopyName } from '../../src/components/copy-id.tsx';
import { CopyIcon } from '../../src/components/copy-menu.tsx';
import { Icon, type IconName } from '../../src/components/icon.tsx';
import { Popover } from '../../src/components/popover.tsx';
import { RunTree, type RunTreeRow } from '../../src/components/run-tree.tsx';
import { SearchField } from '../../src/components/search-field.tsx';
import { SortHeader } from '../../src/components/sort-header.tsx';
import { EmptyState, ErrorCard, Skeleton } from '../../src/components/states.tsx';
import { Toasts } from '../../src/components/toasts.tsx';
import { toast } from '../../src/stores/toasts.ts';
import type { Specimen } from './specimen.ts';

const ICONS: readonly IconName[] = [
  'live',
  'usage',
  'cost',
  'sessions',
  'settings',
  'previous',
  'next',
  'down',
  'filter',
  'copy',
  'link',
  'close',
  'check',
  'search',
  'stop',
  'more',
  'table',
];
const none = () => {};
const failure = (kind: 'http' | 'sign-in') =>
  new ApiFailure(kind, 'The server could not read the ledger.', { code: 'ledger-busy', requestId: 'r-1b2c' });
const treeRow = (id: string, level: number, name: string, cost: bigint | null, more: Partial<RunTreeRow> = {}) => ({
  id,
  level,
  place: 1,
  siblings: 1,
  hasChildren: false,
  name,
  detail: 'Opus 4.6, 12 calls',
  cost,
  ...more,
});
const sorted = (ascending: boolean) => (
  <table class="table">
    <thead>
      <tr>
        <SortHeader column="name" order={{ column: 'cost', ascending }} onSort={none}>
          Name
        </SortHeader>
        <SortHeader column="cost" order={{ column: 'cost', ascending }} onSort={none} isEnd>
          Cost
        </SortHeader>
      </tr>
    </thead>
    <tbody>
      <tr>
        <td>Claude Code</td>
        <td class="end">$304.27</td>
      </tr>
    </tbody>
  </table>
);

export const PIECES: readonly Specimen[] = [
  {
    name: 'Button',
    states: {
      plain: () => (
        <button type="button" class="button">
          <Icon name="filter" />
          Filter
        </button>
      ),
      quiet: () => (
        <button type="button" class="button quiet">
          Copy CSV
        </button>
      ),
      link: () => (
        <button type="button" class="link">
          Set one
        </button>
      ),
      segmented: () => (
        <span class="segmented">
          <button type="button" aria-pressed="true">
            Month
          </button>
          <button type="button" aria-pressed="false">
            All
          </button>
        </span>
      ),
    },
  },
  { name: 'Icon', states: Object.fromEntries(ICONS.map((name) => [name, () => <Icon name={name} />])) },
  {
    name: 'CopyId, CopyName',
    states: {
      id: () => <CopyId id="session-wal-0001" of="a session" />,
      name: () => (
        <CopyName id="task-1" of="Migrate">
          Migrate session store
        </CopyName>
      ),
    },
  },
  { name: 'CopyMenu', states: { icon: () => <CopyIcon rows={[1]} columns={[]} name="rows" /> } },
  {
    name: 'Popover',
    states: { closed: () => <Popover label="Rule" button="by git outcome" children={() => 'Rule'} /> },
  },
  {
    name: 'SearchField',
    states: { empty: () => <SearchField value="" label="Search title, id or branch" onSearch={none} /> },
  },
  { name: 'SortHeader', states: { descending: () => sorted(false), ascending: () => sorted(true) } },
  {
    name: 'RunTree',
    states: {
      'three levels': () => (
        <RunTree
          label="Agents"
          selected="main"
          onSelect={none}
          rows={[
            treeRow('main', 1, 'Main agent', 2_470_000_000n, { hasChildren: true }),
            treeRow('writer', 2, 'test-writer', 720_000_000n, { hasChildren: true }),
            treeRow('explore', 3, 'explore', null),
          ]}
        />
      ),
    },
  },
  {
    name: 'EmptyState',
    isWide: true,
    states: {
      'with text and action': () => (
        <EmptyState
          title="No usage yet"
          text="tokenmeter found 0 sources on this machine."
          action={
            <button type="button" class="button">
              Set up a source
            </button>
          }
        />
      ),
      'title alone': () => <EmptyState title="No commits linked yet" />,
    },
  },
  {
    name: 'ErrorCard',
    isWide: true,
    states: {
      failed: () => <ErrorCard failure={failure('http')} onRetry={none} />,
      'sign in': () => <ErrorCard failure={failure('sign-in')} onRetry={none} />,
    },
  },
  { name: 'Skeleton', states: { line: () => <Skeleton height="14px" width="160px" /> } },
  {
    name: 'Toast',
    states: {
      shown: () => {
        toast.value ??= { id: 1, text: 'Copied 48 rows.' };
        return <Toasts />;
      },
    },
  },
];
