/**
 * Which columns hold another table's number, so that `verify` can say where one names a row that is not there. The engine
 * keeps no foreign keys of these: they would cost every insert of a first read.
 */

/** What a number is of. 0 is the empty word, and of sources none. */
type Of = 'word' | 'session' | 'thread' | 'source' | 'strand' | 'call';

/** Rollups and totals are not among them: they are derived again and compared. */
const REFERENCES: Readonly<Record<string, Readonly<Record<string, Of>>>> = {
  source: { agent: 'word' },
  source_cursor: { source: 'source' },
  session: { agent: 'word' },
  thread: { agent: 'word', session: 'session' },
  strand: {
    agent: 'word',
    session: 'session',
    thread: 'thread',
    caller: 'word',
    model: 'word',
    seller: 'word',
    project: 'word',
    branch: 'word',
    tier: 'word',
    geo: 'word',
    source: 'source',
    price: 'word',
  },
  call: { agent: 'word', strand: 'strand', stop: 'word' },
  observation: { call: 'call', source: 'source', session: 'session' },
  tool_call: { call: 'call', name: 'word', kind: 'word', target: 'word' },
  pending_tool: { agent: 'word', session: 'session', thread: 'thread', name: 'word', kind: 'word', target: 'word' },
  prompt: { agent: 'word', session: 'session', thread: 'thread' },
  injected: { thread: 'thread', kind: 'word', name: 'word' },
  compaction: { agent: 'word', session: 'session', thread: 'thread', trigger: 'word' },
  pull_request: { session: 'session' },
  opening: { session: 'session' },
  plan_limit: { agent: 'word' },
  reported_total: { session: 'session', source: 'source' },
  folded: { strand: 'strand' },
  folded_tool: { strand: 'strand', name: 'word', kind: 'word' },
  // Its owners' words are packed: verify-attribution.ts looks at those.
  attribution: { strand: 'strand' },
  attribution_thread: { thread: 'thread' },
  attribution_due: { thread: 'thread' },
};

/** For each table, what selects its rows that name one that is not there. */
export const REFERRING: readonly { readonly table: string; readonly broken: string }[] = Object.entries(REFERENCES).map(
  ([table, columns]) => ({ table, broken: rowsWithoutTheirs(table, Object.entries(columns)) }),
);

function rowsWithoutTheirs(table: string, columns: readonly (readonly [string, Of])[]): string {
  const isBroken = columns.map(([column, of]) => {
    const isSome = of === 'source' ? '<> 0' : 'IS NOT NULL';
    return `t.${column} ${isSome} AND NOT EXISTS (SELECT 1 FROM ${of} AS o WHERE o.id = t.${column})`;
  });
  return `SELECT 1 FROM ${table} AS t WHERE ${isBroken.map((condition) => `(${condition})`).join(' OR ')}`;
}
