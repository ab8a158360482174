/**
 * Walks the threads that a question concerns, from the beginning or from where folding left them, and keeps what was
 * asked: single items, the second method, a span that cuts a bucket, what stands in a window now.
 */
import type {
  AttributionQuery,
  AttributionRow,
  NewPiece,
  Part,
  Progress,
  StandingContext,
  ThreadTool,
} from '@tokenmeter/core';
import { addPart, chargeInFlight, noAttribution, walkThread } from '@tokenmeter/core';
import { contextHabits } from '@tokenmeter/core/agents';
import { isAfter, startOf } from './attribute.ts';
import { conditionsOf, whereOf } from './conditions.ts';
import { ThreadMarks } from './thread-marks.ts';
import type { RowSource, StrandCall } from './thread-rows.ts';
import { readCallsOf, readStrands, readToolsOf } from './thread-rows.ts';

export interface Walked {
  readonly rows: readonly AttributionRow[];
  readonly contexts: readonly StandingContext[];
}

interface Asked {
  readonly thread: number;
  readonly session: number;
  readonly agent: number;
  readonly thread_id: string;
}

interface StrandFacts {
  readonly id: number;
  readonly caller: number;
  readonly window: number;
  readonly model: number;
  readonly seller: number;
}

export function walkAsked(from: RowSource, query: AttributionQuery, { withRows }: { withRows: boolean }): Walked {
  const { driver, words } = from;
  const where = whereOf(conditionsOf(driver, query, 's.'));
  const asked = driver
    .prepare(
      `SELECT DISTINCT t.id AS thread, s.session AS session, t.agent AS agent, t.thread_id AS thread_id
        FROM strand s JOIN thread t ON t.id = s.thread ${where.sql} ORDER BY t.id`,
    )
    .all<Asked>(...where.values);
  const strands = new Map(
    driver
      .prepare(`SELECT s.id, s.caller, s.window, s.model, s.seller FROM strand s ${where.sql}`)
      .all<StrandFacts>(...where.values)
      .map((strand) => [strand.id, strand]),
  );
  const rows = new Rows(query);
  const contexts: StandingContext[] = [];
  for (const thread of asked) {
    const agent = words.text(thread.agent);
    const targets = new Map<string, string>();
    let last: StrandCall | undefined;
    const end = walkOne(from, thread, query.withItems || query.withContext, targets, (call, parts, fresh) => {
      const strand = strands.get(call.strand);
      if (!strand) return;
      last = call;
      const isAsked =
        (query.since === undefined || call.at >= query.since) && (query.until === undefined || call.at < query.until);
      if (!withRows || !isAsked) return;
      const charged = query.method === 'in_flight' ? chargeInFlight(call, fresh) : parts;
      rows.add({ agent, caller: words.text(strand.caller), threadId: thread.thread_id }, call, charged, targets);
    });
    const facts = last && strands.get(last.strand);
    if (query.withContext && end.context.prompt > 0 && facts)
      contexts.push(standing(thread.thread_id, end, targets, facts.window || windowOf(from, agent, facts)));
  }
  return { rows: rows.all(), contexts };
}

function windowOf({ words, book }: RowSource, agent: string, { seller, model }: StrandFacts): number | null {
  return book.contextWindow(agent, words.text(seller), words.text(model)) ?? null;
}

function walkOne(
  from: RowSource,
  { thread, session, agent }: Asked,
  withItems: boolean,
  targets: Map<string, string>,
  tell: (call: StrandCall, parts: readonly Part[], fresh: readonly NewPiece[]) => void,
): Progress {
  const base = startOf(from, { id: thread, session, agent });
  const strands = readStrands(from.driver, [thread]).get(thread) ?? [];
  const calls = readCallsOf(from, strands, base.at, { withNames: true }).filter((call) => isAfter(call, base));
  const byId = new Map(calls.map((call) => [call.id, call]));
  const waiting: Map<number, readonly ThreadTool[]> = readToolsOf(from, base.waiting, { withNames: true });
  for (const tools of [...waiting.values(), ...calls.map((call) => call.tools)])
    for (const tool of tools) if (tool.target) targets.set(tool.id, tool.target);
  return walkThread(
    {
      from: base,
      calls,
      marks: new ThreadMarks(from, [thread]).of(session, thread, base.contextAt),
      waiting,
      habits: contextHabits(from.words.text(agent)),
      withItems,
    },
    ({ id }, parts, fresh) => {
      const call = byId.get(id);
      if (call) tell(call, parts, fresh);
    },
  );
}

function standing(
  threadId: string,
  { context }: Progress,
  targets: ReadonlyMap<string, string>,
  window: number | null,
): StandingContext {
  const pieces = context.pieces.map(({ owner, item, size, isMeasured }) => ({
    owner: context.owners[owner] ?? { kind: 'unattributed' as const, name: '' },
    item,
    target: targets.get(item) ?? '',
    size,
    isMeasured,
  }));
  return { threadId, prompt: context.prompt, window, pieces };
}

type Place = Pick<AttributionRow, 'agent' | 'caller' | 'threadId'>;
type Growing = { -readonly [K in keyof AttributionRow]: AttributionRow[K] };

/** Rows by place, owner and item. */
class Rows {
  readonly #query: AttributionQuery;
  readonly #rows = new Map<string, Growing>();

  constructor(query: AttributionQuery) {
    this.#query = query;
  }

  add(
    { agent, caller, threadId }: Place,
    call: StrandCall,
    parts: readonly Part[],
    targets: ReadonlyMap<string, string>,
  ) {
    const { byThread, withItems } = this.#query;
    const thread = byThread ? threadId : '';
    for (const part of parts) {
      const item = withItems ? part.item : '';
      // An item is one thread's, whether or not threads are told apart.
      const key = [agent, caller, item === '' ? thread : threadId, part.owner.kind, part.owner.name, item].join('\0');
      let row = this.#rows.get(key);
      if (!row) {
        const target = targets.get(item) ?? '';
        row = { agent, caller, threadId: thread, owner: part.owner, item, target, prompts: 0, sums: noAttribution() };
        this.#rows.set(key, row);
      }
      if (part.phase !== 'output') row.prompts++;
      addPart(row.sums, part, call.isPriced);
    }
  }

  all(): readonly AttributionRow[] {
    return [...this.#rows.values()];
  }
}
