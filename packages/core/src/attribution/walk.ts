/**
 * A thread's calls in order of time, each with what entered its prompt: results of the tools that earlier calls asked
 * for, prompts, what the agent injected. It can stop after any call and go on from its own plain state. It refuses to
 * order by anything but time: files may come in any order.
 */
import type { Caller, Certainty } from '../call.ts';
import type { ToolKind } from '../event.ts';
import type { TokenUsage } from '../usage.ts';
import type { Advanced, ContextCall } from './advance.ts';
import { advanceOwned, wholeCall } from './advance.ts';
import type { SumsBook } from './book.ts';
import type { BucketCost } from './cost.ts';
import { estimateTokens } from './estimate.ts';
import type { Writing } from './output.ts';
import type { ContextHabits, ContextState, NewPiece, OwnedState, Owner, Part } from './piece.ts';
import { NO_CONTEXT, ownCopy } from './piece.ts';
import { settleTurn } from './turn-total.ts';

export interface ThreadTool {
  readonly id: string;
  readonly name: string;
  readonly kind: ToolKind;
  readonly argumentBytes: number;
  /** Undefined where no result is known. */
  readonly resultAt: number | undefined;
  readonly resultBytes: number | undefined;
  readonly webSearches: number;
  /** Name of what it was about (a file, a command's first word), where names are kept. */
  readonly target?: string | undefined;
}

export interface ThreadCall {
  /** Orders calls of one instant, and names the call to whoever walks. */
  readonly id: number;
  readonly at: number;
  readonly caller: Caller;
  readonly certainty: Certainty;
  readonly usage: TokenUsage;
  readonly cost: BucketCost | undefined;
  readonly textBytes?: number | undefined;
  readonly reasoningBytes?: number | undefined;
  readonly tools: readonly ThreadTool[];
}

/** What happened in a thread besides calls: a compaction, or something that goes into the next prompt. */
export interface ThreadMark {
  readonly at: number;
  /** Undefined: a compaction. */
  readonly owner: Owner | undefined;
  readonly bytes: number | undefined;
  readonly item: string;
}

/** Where a walk stands: plain JSON. */
export interface Progress {
  readonly context: ContextState;
  /** The latest call of all, and the latest that stands in the context. */
  readonly at: number;
  readonly id: number;
  readonly contextAt: number;
  readonly contextId: number;
  /** Calls whose tools' results have not all entered. Whoever goes on hands their tools in again. */
  readonly waiting: readonly number[];
}

/** Before every instant that JSON can tell. */
const NEVER = Number.MIN_SAFE_INTEGER;

export const BEGINNING: Progress = {
  context: NO_CONTEXT,
  at: NEVER,
  id: -1,
  contextAt: NEVER,
  contextId: -1,
  waiting: [],
};

export interface Walk<Call extends ThreadCall = ThreadCall> {
  readonly from: Progress;
  /** Calls after `from`, by time and id. */
  readonly calls: readonly Call[];
  /** Marks after `from.contextAt`, by time. */
  readonly marks: readonly ThreadMark[];
  /** Tools of `from.waiting`, by call. */
  readonly waiting: ReadonlyMap<number, readonly ThreadTool[]>;
  readonly habits: ContextHabits;
  /** Whether each tool call and mark is to be told apart. */
  readonly withItems: boolean;
}

interface Pending extends NewPiece {
  readonly call: number;
  /** When it is there; undefined: nobody told, so with the next call. */
  readonly at: number | undefined;
}

type Tell<Call> = (call: Call, parts: readonly Part[], fresh: readonly NewPiece[], of: ContextCall) => void;

/** Tells each call's parts and what entered its prompt; answers where it stands then. */
export function walkThread<Call extends ThreadCall = ThreadCall>(walk: Walk<Call>, tell: Tell<Call>): Progress {
  return steps(walk, undefined, tell);
}

/** The same for whoever wants sums only, without items: they are in `book` then. */
export function sumThread<Call extends ThreadCall>(
  walk: Omit<Walk<Call>, 'withItems'>,
  book: SumsBook<Call>,
): Progress {
  return steps({ ...walk, withItems: false }, book, undefined);
}

function steps<Call extends ThreadCall>(
  { from, calls, marks, waiting, habits, withItems }: Walk<Call>,
  book: SumsBook<Call> | undefined,
  tell: Tell<Call> | undefined,
): Progress {
  let { at, id, contextAt, contextId } = from;
  let context = ownCopy(from.context);
  let pending = stillPending(from, waiting, habits, withItems);
  let nextMark = 0;
  let caller = '';
  let isSystem = false;
  for (let index = 0; index < calls.length; index++) {
    const call = calls[index];
    if (!call) continue;
    at = call.at;
    id = call.id;
    book?.turnTo(call, context.sums);
    if (call.caller !== caller) {
      caller = call.caller;
      isSystem = caller.startsWith(SYSTEM);
    }
    if (isSystem || call.certainty === 'reported') {
      const apart = apartFrom(call);
      const parts = wholeCall(call, apart, apart.kind !== 'unattributed');
      book?.add(parts, call.cost !== undefined, context.owners);
      tell?.(call, parts, NOTHING_NEW, { usage: call.usage, wrote: NOTHING, cost: call.cost });
      continue;
    }
    let isBoundary = false;
    for (let mark = marks[nextMark]; mark && mark.at <= call.at; mark = marks[++nextMark]) {
      const { owner, bytes, item } = mark;
      if (owner)
        pending.push({ call: -1, at: mark.at, owner, estimate: estimateOf(bytes), item: withItems ? item : '' });
      else {
        // What came before a compaction is in its summary.
        pending = pendingSince(pending, mark.at);
        isBoundary = true;
      }
    }
    let fresh: readonly Pending[] = NOTHING_NEW;
    if (pending.length > 0) {
      // Mostly all of it is there: then the list itself is what is fresh.
      const isAll = areThere(pending, call.at);
      fresh = inOrder(isAll ? pending : pendingUntil(pending, call.at), call.at);
      pending = isAll ? [] : pendingAfter(pending, call.at);
    }
    const { textBytes, reasoningBytes, usage, cost, tools: asking } = call;
    const tools = asking.length === 0 ? NOTHING.tools : writtenBy(asking, withItems);
    const feeItem = withItems ? asking.find((tool) => tool.webSearches > 0)?.id : undefined;
    const of: ContextCall = { usage, cost, isBoundary, feeItem, wrote: { textBytes, reasoningBytes, tools } };
    contextAt = call.at;
    contextId = call.id;
    let next: Advanced & { readonly state: OwnedState };
    let entered: readonly NewPiece[] = fresh;
    if (habits.tellsTurns) {
      const asked = pendingOf(call.id, asking, withItems);
      // A turn told as one has the results of its own tools within it.
      const within = pendingUntil(asked, call.at);
      next = settleTurn(context, of, fresh, within);
      for (const one of asked) if (!within.includes(one)) pending.push(one);
      if (within.length > 0) entered = [...fresh, ...within];
    } else {
      next = advanceOwned(context, of, fresh, habits, book);
      for (let each = 0; each < asking.length; each++) {
        const tool = asking[each];
        if (tool) pending.push(pendingTool(call.id, tool, withItems));
      }
    }
    context = next.state;
    book?.add(next.parts, cost !== undefined, context.owners);
    tell?.(call, next.parts, entered, of);
  }
  book?.settle(context.sums);
  const still = new Set(pending.map((one) => one.call).filter((call) => call >= 0));
  return { context, at, id, contextAt, contextId, waiting: [...still] };
}

/** What had entered no prompt where a walk goes on. */
function stillPending(
  { contextAt, contextId }: Progress,
  waiting: Walk['waiting'],
  habits: ContextHabits,
  withItems: boolean,
): Pending[] {
  const pending: Pending[] = [];
  for (const [call, tools] of waiting)
    pending.push(
      ...pendingOf(call, tools, withItems).filter(
        (one) => (call === contextId && !habits.tellsTurns) || (one.at !== undefined && one.at > contextAt),
      ),
    );
  return pending;
}

function pendingSince(pending: readonly Pending[], since: number): Pending[] {
  return pending.filter((one) => one.at !== undefined && one.at >= since);
}

function pendingAfter(pending: readonly Pending[], until: number): Pending[] {
  return pending.filter((one) => one.at !== undefined && one.at > until);
}

function pendingUntil(pending: readonly Pending[], until: number): Pending[] {
  return pending.filter((one) => one.at === undefined || one.at <= until);
}

function areThere(pending: readonly Pending[], until: number): boolean {
  for (let index = 0; index < pending.length; index++) if ((pending[index]?.at ?? until) > until) return false;
  return true;
}

/** In order of time; what nobody told the time of is there at `end`. */
function inOrder(fresh: Pending[], end: number): readonly Pending[] {
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < fresh.length; index++) {
    const at = fresh[index]?.at ?? end;
    if (at < last) return fresh.sort((a, b) => (a.at ?? end) - (b.at ?? end));
    last = at;
  }
  return fresh;
}

const NOTHING_NEW: readonly Pending[] = [];
const NOTHING = { tools: [] } as const;

function pendingOf(call: number, tools: readonly ThreadTool[], withItems: boolean): Pending[] {
  return tools.map((tool) => pendingTool(call, tool, withItems));
}

/** A tool's result and what of it is known, for as long as it is in no prompt. */
function pendingTool(call: number, { id, kind, name, resultAt, resultBytes }: ThreadTool, withItems: boolean): Pending {
  return { call, at: resultAt, owner: { kind, name }, estimate: estimateOf(resultBytes), item: withItems ? id : '' };
}

/** The arguments of tools, each its tool's own. */
function writtenBy(tools: readonly ThreadTool[], withItems: boolean): Writing['tools'] {
  return tools.map((tool) => ({ owner: tool, item: withItems ? tool.id : '', bytes: tool.argumentBytes }));
}

function estimateOf(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : estimateTokens(bytes);
}

/** Callers of calls that do not continue their thread's prompt, as `system:title`. */
const SYSTEM = 'system:';

/** Whose a call is that does not. */
function apartFrom({ caller, certainty }: ThreadCall): Owner {
  if (caller === 'system:compaction') return { kind: 'summary', name: '' };
  if (certainty === 'reported' || caller === 'system:unattributed') return { kind: 'unattributed', name: '' };
  return { kind: 'system', name: caller.slice(SYSTEM.length) };
}
