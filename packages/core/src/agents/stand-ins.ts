/**
 * Calls that write before anybody names them: where a call's name comes only with its usage, its text is told under a
 * stand-in, one at a time in each thread, which ends right before the call itself is told. It refuses to outlive it.
 */
import type { CallEndEvent, CallTextEvent, Emit } from '../event.ts';

/** The thread that writes, and when. */
export interface Writer {
  readonly agent: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
}

export class StandIns {
  /** By thread: the stand-in's identity and session. */
  readonly #writing = new Map<string, Omit<Writer, 'at'> & { readonly identity: string }>();
  #count = 0;

  write(writer: Writer, text: Pick<CallTextEvent, 'kind' | 'characters' | 'toolCallId'>, emit: Emit): void {
    if (text.characters === 0) return;
    const { agent, sessionId, threadId, at } = writer;
    let standIn = this.#writing.get(threadId);
    if (!standIn) {
      this.#count++;
      standIn = { agent, sessionId, threadId, identity: `${threadId}~${this.#count}` };
      this.#writing.set(threadId, standIn);
    }
    emit({
      type: 'call_text',
      agent,
      sessionId: standIn.sessionId,
      threadId,
      at,
      callIdentity: standIn.identity,
      ...text,
    });
  }

  /** The thread's call is named now, or will never be. */
  end(threadId: string, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    const standIn = this.#writing.get(threadId);
    if (!standIn) return;
    this.#writing.delete(threadId);
    const { identity: callIdentity, ...whose } = standIn;
    emit({ type: 'call_end', ...whose, at, callIdentity, outcome });
  }

  endAll(outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    for (const threadId of [...this.#writing.keys()]) this.end(threadId, outcome, at, emit);
  }
}
