/**
 * Attribution of a run while it goes on: the same walk as over a log, thread by thread. Calls that have closed are walked
 * once; the latest of each thread and those still open are looked at anew each time, as what is known of them may change.
 * The rows add up to the calls it was told of, at every moment.
 */
import { contextHabits } from '../agents/index.ts';
import type { CallSighting } from '../call.ts';
import type { AgentEvent } from '../event.ts';
import type { BucketCost } from './cost.ts';
import type { Owner, Part } from './piece.ts';
import type { AttributionSums } from './sums.ts';
import { addPart, addSums, noAttribution } from './sums.ts';
import type { Progress, ThreadCall, ThreadMark, ThreadTool } from './walk.ts';
import { BEGINNING, walkThread } from './walk.ts';

export interface LiveRow {
  readonly owner: Owner;
  readonly sums: AttributionSums;
}

interface KnownCall {
  readonly id: number;
  readonly identity: string;
  sighting: CallSighting;
  cost: BucketCost | undefined;
  isSettled: boolean;
}

export class LiveAttribution {
  readonly #threads = new Map<string, LiveThreadAttribution>();
  readonly #threadOf = new Map<string, LiveThreadAttribution>();
  #next = 0;

  /** Tools, prompts and compactions; the rest is not for it. */
  hear(event: AgentEvent): void {
    if (event.type === 'tool_call' || event.type === 'tool_result') this.#at(event).tool(event);
    else if (event.type === 'prompt')
      this.#at(event).mark({ at: event.at, owner: { kind: 'user', name: '' }, bytes: event.bytes, item: event.id });
    else if (event.type === 'injected')
      this.#at(event).mark({
        at: event.at,
        owner: { kind: event.kind, name: '' },
        bytes: event.bytes,
        item: event.id,
      });
    else if (event.type === 'compaction')
      this.#at(event).mark({ at: event.at, owner: undefined, bytes: undefined, item: event.id });
  }

  /** What is now known of a call; `key` names it. Undefined: nothing any more. */
  see(
    key: string,
    known:
      | { readonly sighting: CallSighting; readonly cost: BucketCost | undefined; readonly isSettled: boolean }
      | undefined,
  ): void {
    const before = this.#threadOf.get(key);
    const thread = known && this.#at(known.sighting);
    if (before && before !== thread) before.drop(key);
    if (!thread || !known) {
      this.#threadOf.delete(key);
      return;
    }
    this.#threadOf.set(key, thread);
    if (thread.see(key, this.#next, known)) this.#next++;
  }

  /** By owner, over all threads. */
  rows(): LiveRow[] {
    const rows = new Map<string, LiveRow>();
    for (const thread of this.#threads.values()) thread.addTo(rows);
    return [...rows.values()];
  }

  #at({ agent, threadId }: { readonly agent: string; readonly threadId: string }): LiveThreadAttribution {
    let thread = this.#threads.get(threadId);
    if (!thread) {
      thread = new LiveThreadAttribution(agent);
      this.#threads.set(threadId, thread);
    }
    return thread;
  }
}

type ToolEvent = Extract<AgentEvent, { readonly type: 'tool_call' | 'tool_result' }>;

class LiveThreadAttribution {
  readonly #agent: string;
  readonly #calls = new Map<string, KnownCall>();
  /** By the identity of the call that asked. */
  readonly #tools = new Map<string, Map<string, ThreadTool>>();
  readonly #askedBy = new Map<string, string>();
  #marks: ThreadMark[] = [];
  #progress: Progress = BEGINNING;
  readonly #sums = new Map<string, LiveRow>();
  #isStale = false;

  constructor(agent: string) {
    this.#agent = agent;
  }

  /** True where the call is new. */
  see(key: string, id: number, told: Pick<KnownCall, 'sighting' | 'cost' | 'isSettled'>): boolean {
    const known = this.#calls.get(key);
    this.#touch(Math.min(told.sighting.at, known?.sighting.at ?? told.sighting.at));
    if (known) Object.assign(known, told);
    else this.#calls.set(key, { id, identity: told.sighting.identity, ...told });
    return known === undefined;
  }

  drop(key: string): void {
    const known = this.#calls.get(key);
    if (known) this.#touch(known.sighting.at);
    this.#calls.delete(key);
  }

  mark(mark: ThreadMark): void {
    if (this.#marks.some((known) => known.item === mark.item && known.at === mark.at)) return;
    this.#marks.push(mark);
    this.#marks.sort((a, b) => a.at - b.at);
    this.#touch(mark.at);
  }

  tool(event: ToolEvent): void {
    const identity = (event.callIdentity || this.#askedBy.get(event.id)) ?? '';
    this.#askedBy.set(event.id, identity);
    const tools = this.#tools.get(identity) ?? new Map<string, ThreadTool>();
    this.#tools.set(identity, tools);
    const known = tools.get(event.id);
    const tool: ThreadTool = known ?? { ...NO_TOOL, id: event.id };
    if (event.type === 'tool_call')
      tools.set(event.id, { ...tool, name: event.name, kind: event.kind, argumentBytes: event.argumentBytes });
    else
      tools.set(event.id, {
        ...tool,
        resultAt: event.at,
        resultBytes: event.resultBytes,
        webSearches: event.webSearches ?? 0,
      });
    const isAfter = known !== undefined && event.type === 'tool_result' ? 1 : 0;
    for (const call of this.#calls.values()) if (call.identity === identity) this.#touch(call.sighting.at + isAfter);
  }

  addTo(rows: Map<string, LiveRow>): void {
    const calls = [...this.#calls.values()].sort((a, b) => a.sighting.at - b.sighting.at || a.id - b.id);
    if (this.#isStale) {
      this.#progress = BEGINNING;
      this.#sums.clear();
      this.#isStale = false;
    }
    const left = calls.filter(({ id, sighting }) => isAfter(sighting.at, id, this.#progress));
    // All that is closed but for the last of them stays as it is.
    const open = left.findIndex((call) => !call.isSettled);
    const closed = left.slice(0, Math.max(0, (open < 0 ? left.length : open) - 1));
    if (closed.length > 0) this.#progress = this.#walk(closed, this.#sums);
    for (const [key, { owner, sums }] of this.#sums) {
      const row = rows.get(key) ?? { owner, sums: noAttribution() };
      rows.set(key, row);
      addSums(row.sums, sums);
    }
    this.#walk(left.slice(closed.length), rows);
  }

  /** Something at or after `at` is new: what was walked past that must be walked again. */
  #touch(at: number): void {
    if (at <= this.#progress.at) this.#isStale = true;
  }

  #walk(known: readonly KnownCall[], rows: Map<string, LiveRow>): Progress {
    const calls: ThreadCall[] = known.map(({ id, identity, sighting, cost }) => ({
      id,
      at: sighting.at,
      caller: sighting.caller,
      certainty: sighting.certainty,
      usage: sighting.usage,
      cost,
      tools: this.#toolsOf(identity),
    }));
    const byId = new Map([...this.#calls.values()].map((call) => [call.id, call]));
    const waiting = new Map(
      this.#progress.waiting.map((id) => [id, this.#toolsOf(byId.get(id)?.identity ?? '')] as const),
    );
    const from = this.#progress;
    const marks = this.#marks.filter((mark) => mark.at > from.contextAt);
    const habits = contextHabits(this.#agent);
    return walkThread({ from, calls, marks, waiting, habits, withItems: false }, (call, parts) => {
      for (const part of parts) addRow(rows, part, call.cost !== undefined);
    });
  }

  #toolsOf(identity: string): ThreadTool[] {
    return [...(this.#tools.get(identity)?.values() ?? [])].filter((tool) => tool.name !== '');
  }
}

const NO_TOOL: Omit<ThreadTool, 'id'> = {
  name: '',
  kind: 'other',
  argumentBytes: 0,
  resultAt: undefined,
  resultBytes: undefined,
  webSearches: 0,
};

function isAfter(at: number, id: number, progress: Progress): boolean {
  return at > progress.at || (at === progress.at && id > progress.id);
}

function addRow(rows: Map<string, LiveRow>, part: Part, isPriced: boolean): void {
  const key = `${part.owner.kind}\0${part.owner.name}`;
  const row = rows.get(key) ?? { owner: part.owner, sums: noAttribution() };
  rows.set(key, row);
  addPart(row.sums, part, isPriced);
}
