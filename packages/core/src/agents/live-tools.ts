/**
 * Executions of a live stream: each begins once and ends once, whatever is repeated or never told. It refuses to keep more
 * than names and times.
 */
import type { Emit, ToolKind, ToolResultEvent } from '../event.ts';

/** Whose execution it is. */
export interface ToolPlace {
  readonly agent: string;
  readonly sessionId: string;
  readonly threadId: string;
  /** The call that asked, '' unknown. */
  readonly callIdentity: string;
}

export interface ToolCallTold {
  readonly id: string;
  readonly name: string;
  readonly kind: ToolKind;
  readonly argumentBytes: number;
}

export type ToolEnd = Pick<ToolResultEvent, 'resultBytes' | 'isError' | 'durationMs' | 'webSearches'>;

interface Open {
  readonly at: number;
  readonly place: ToolPlace;
}

const MOST_ENDED = 1000;

export class LiveTools {
  readonly #open = new Map<string, Open>();
  readonly #ended = new Set<string>();

  begin(place: ToolPlace, { id, name, kind, argumentBytes }: ToolCallTold, at: number, emit: Emit): void {
    if (id === '' || this.#open.has(id) || this.#ended.has(id)) return;
    this.#open.set(id, { at, place });
    emit({ type: 'tool_call', ...place, id, name, kind, at, argumentBytes });
  }

  end(id: string, told: ToolEnd, at: number, emit: Emit): void {
    const begun = this.#open.get(id);
    if (!begun) return;
    this.#open.delete(id);
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    const durationMs = told.durationMs ?? Math.max(0, at - begun.at);
    emit({ type: 'tool_result', ...begun.place, id, at, ...told, durationMs });
  }

  /** The thread of an execution that is under way. */
  threadOf(id: string): string | undefined {
    return this.#open.get(id)?.place.threadId;
  }

  /** Nothing runs on: in one thread, or at all. */
  close(at: number, emit: Emit, threadId?: string): void {
    for (const [id, { place }] of [...this.#open])
      if (threadId === undefined || place.threadId === threadId) this.end(id, { isError: true }, at, emit);
  }
}
