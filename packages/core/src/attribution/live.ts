/**
 * Attribution of a run while it goes on: the same walk as over a log, thread by thread. Calls that have closed are walked
 * once; the latest of each thread and those still open are looked at anew each time, as what is known of them may change.
 * Calls that nobody will say better are let go, and stand in sums alone: a run may go on for days, with thousands of
 * sub-agents. The rows add up to the calls it was told of, at every moment.
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
  /** Nothing better will be said of it. */
  isReleased: boolean;
}

/** Released calls are let go so many at once. */
const PORTION = 100;

export class LiveAttribution {
  readonly #threads = new Map<string, LiveThreadAttribution>();
  readonly #threadOf = new Map<string, LiveThreadAttribution>();
  /** Calls released since some were let go. */
  #released = 0;
  #next = 0;

  /** Tools, prompts and compactions; the rest is not for it. */
  hear(event: AgentEvent): void {
    if (event.type === 'tool_call' || event.type === 'tool_result') this.#at(event).tool(event);
    else if (event.type === 'prompt')
      this.#at(event).mark({ at: event.at, owner: { kind: 'user', name: '' }, bytes: event.bytes, item: event.id });
    else if (event.type === 'injected')
      this.#at(event).mark({
        at: event.at,
        owner: { kind: event.kind, name: event.name },
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

  /** Nothing will be said of a call any more: it may be let go. */
  release(key: string): void {
    const thread = this.#threadOf.get(key);
    if (!thread) return;
    thread.release(key);
    if (++this.#released < PORTION) return;
    this.#released = 0;
    for (const each of this.#threads.values()) for (const gone of each.letGo()) this.#threadOf.delete(gone);
  }

  /** Calls and tools that are held one by one: a measure of memory. */
  get kept(): number {
    let tools = 0;
    for (const thread of this.#threads.values()) tools += thread.tools;
    return this.#threadOf.size + tools;
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
  /** Identities of calls that asked and were not held when calls were last let go. */
  #lonely: ReadonlySet<string> = new Set();
  #marks: ThreadMark[] = [];
  /** Up to where calls were let go, and their sums: nothing before it is walked again. */
  #base: Progress = BEGINNING;
  readonly #baseSums = new Map<string, LiveRow>();
  /** Calls that stand in those sums and are still held: results of their tools may come. */
  #heldBack: ReadonlySet<number> = new Set();
  #progress: Progress = BEGINNING;
  readonly #sums = new Map<string, LiveRow>();
  #isStale = false;

  constructor(agent: string) {
    this.#agent = agent;
  }

  get tools(): number {
    return this.#askedBy.size;
  }

  /** True where the call is new. */
  see(key: string, id: number, told: Pick<KnownCall, 'sighting' | 'cost' | 'isSettled'>): boolean {
    const known = this.#calls.get(key);
    this.#touch(Math.min(told.sighting.at, known?.sighting.at ?? told.sighting.at));
    if (known) Object.assign(known, told);
    else this.#calls.set(key, { id, identity: told.sighting.identity, isReleased: false, ...told });
    return known === undefined;
  }

  release(key: string): void {
    const known = this.#calls.get(key);
    if (known) known.isReleased = true;
  }

  /** Lets released calls go up to the first that is none. Answers their keys. */
  letGo(): readonly string[] {
    if (this.#calls.size + this.#tools.size === 0) return [];
    this.#forgetTools();
    const calls = this.#inOrder();
    const first = calls.findIndex((call) => !call.isReleased);
    const over = first < 0 ? calls : calls.slice(0, first);
    if (over.length === 0) return [];
    this.#base = this.#walk(over.filter(this.#isLeft(this.#base)), this.#baseSums, this.#base);
    this.#marks = this.#marks.filter((mark) => mark.at > this.#base.contextAt);
    this.#isStale = true;
    this.#heldBack = new Set(this.#base.waiting);
    const goes = new Map(over.filter(({ id }) => !this.#heldBack.has(id)).map((call) => [call.identity, call]));
    const gone: string[] = [];
    for (const [key, call] of this.#calls) {
      if (goes.get(call.identity) !== call) continue;
      this.#calls.delete(key);
      for (const id of this.#tools.get(call.identity)?.keys() ?? []) this.#askedBy.delete(id);
      this.#tools.delete(call.identity);
      gone.push(key);
    }
    return gone;
  }

  /** Tools of no call that is held: of one that was let go, or of one that is told next. So they get a second look. */
  #forgetTools(): void {
    const held = new Set([...this.#calls.values()].map((call) => call.identity));
    const lonely = new Set<string>();
    for (const [identity, tools] of this.#tools) {
      if (held.has(identity)) continue;
      lonely.add(identity);
      if (!this.#lonely.has(identity)) continue;
      for (const id of tools.keys()) this.#askedBy.delete(id);
      this.#tools.delete(identity);
    }
    this.#lonely = lonely;
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
    // A result of what nobody asked for, or of a call that was let go.
    if (identity === '' && event.type === 'tool_result') return;
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
    if (this.#isStale) {
      this.#progress = this.#base;
      this.#sums.clear();
      for (const [key, { owner, sums }] of this.#baseSums) this.#sums.set(key, { owner, sums: { ...sums } });
      this.#isStale = false;
    }
    const left = this.#inOrder().filter(this.#isLeft(this.#progress));
    // All that is closed but for the last of them stays as it is.
    const open = left.findIndex((call) => !call.isSettled);
    const closed = left.slice(0, Math.max(0, (open < 0 ? left.length : open) - 1));
    if (closed.length > 0) this.#progress = this.#walk(closed, this.#sums, this.#progress);
    for (const [key, { owner, sums }] of this.#sums) {
      const row = rows.get(key) ?? { owner, sums: noAttribution() };
      rows.set(key, row);
      addSums(row.sums, sums);
    }
    this.#walk(left.slice(closed.length), rows, this.#progress);
  }

  #inOrder(): KnownCall[] {
    return [...this.#calls.values()].sort((a, b) => this.#atOf(a) - this.#atOf(b) || a.id - b.id);
  }

  /** A call told late, from before what was let go, stands right behind that: it must count. */
  #atOf({ id, sighting }: KnownCall): number {
    return this.#heldBack.has(id) ? sighting.at : Math.max(sighting.at, this.#base.at);
  }

  #isLeft(progress: Progress): (call: KnownCall) => boolean {
    const { at, id } = progress;
    return (call) => {
      if (this.#heldBack.has(call.id)) return false;
      const callAt = this.#atOf(call);
      // All that is held and not in the base's sums comes after the base, whenever it was told.
      return progress === this.#base || callAt > at || (callAt === at && call.id > id);
    };
  }

  /** Something at or after `at` is new: what was walked past that must be walked again. */
  #touch(at: number): void {
    if (at <= this.#progress.at) this.#isStale = true;
  }

  #walk(known: readonly KnownCall[], rows: Map<string, LiveRow>, from: Progress): Progress {
    const calls: ThreadCall[] = known.map((call) => ({
      id: call.id,
      at: this.#atOf(call),
      caller: call.sighting.caller,
      certainty: call.sighting.certainty,
      usage: call.sighting.usage,
      cost: call.cost,
      textBytes: call.sighting.textBytes,
      reasoningBytes: call.sighting.reasoningBytes,
      tools: this.#toolsOf(call.identity),
    }));
    const byId = new Map([...this.#calls.values()].map((call) => [call.id, call]));
    const waiting = new Map(from.waiting.map((id) => [id, this.#toolsOf(byId.get(id)?.identity ?? '')] as const));
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

function addRow(rows: Map<string, LiveRow>, part: Part, isPriced: boolean): void {
  const key = `${part.owner.kind}\0${part.owner.name}`;
  const row = rows.get(key) ?? { owner: part.owner, sums: noAttribution() };
  rows.set(key, row);
  addPart(row.sums, part, isPriced);
}
