/**
 * How much each answer of a live run says and reasons, for agents that tell it only while they write: characters are
 * gathered by call, and given to the call whenever it is told. It refuses to keep more than what is in flight.
 */
import type { CallSighting } from '../call.ts';
import type { AgentEvent, CallTextEvent } from '../event.ts';

interface Count {
  text: number;
  reasoning: number;
}

/** More calls than any agent has in flight: what never ends makes room. */
const MOST_CALLS = 500;

export class Said {
  /** By the call's identity, or by that of what stands in for it. */
  readonly #writing = new Map<string, Count>();
  /** What a stand-in wrote that has just ended: its call is told right after it, or never. */
  #ended: { readonly threadId: string; readonly count: Count } | undefined;

  /** Events in order; answers each as it is, or with what is known of how much its call says. */
  hear(event: AgentEvent): AgentEvent {
    const ended = this.#ended;
    this.#ended = undefined;
    switch (event.type) {
      case 'call_text':
        this.#write(event);
        return event;
      case 'call_end': {
        const count = this.#writing.get(event.callIdentity);
        this.#writing.delete(event.callIdentity);
        if (count) this.#ended = { threadId: event.threadId, count };
        return event;
      }
      case 'call': {
        const count = ended?.threadId === event.call.threadId ? ended.count : undefined;
        return { ...event, call: this.#tell(event.call, count, event.isProvisional === true) };
      }
      default:
        return event;
    }
  }

  #write({ callIdentity, kind, characters }: CallTextEvent): void {
    if (kind === 'tool_args') return;
    const count = this.#writing.get(callIdentity) ?? { text: 0, reasoning: 0 };
    count[kind] += characters;
    this.#writing.set(callIdentity, count);
    const [oldest] = this.#writing.keys();
    if (this.#writing.size > MOST_CALLS && oldest !== undefined) this.#writing.delete(oldest);
  }

  #tell(call: CallSighting, ended: Count | undefined, isOpen: boolean): CallSighting {
    const { identity } = call;
    const count = this.#writing.get(identity) ?? ended;
    if (!count) return call;
    if (isOpen) this.#writing.set(identity, count);
    else this.#writing.delete(identity);
    // What the source says itself is surer.
    if (call.textBytes !== undefined) return call;
    return { ...call, textBytes: count.text, reasoningBytes: count.reasoning };
  }
}
