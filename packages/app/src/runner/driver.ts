/**
 * What a driver fills in to start, feed and stop one agent's real client: its program, its words, what to write to it and
 * how it likes to be interrupted. How its messages become events is its live port's; processes, timing and verdicts are
 * `follow.ts`'s. It refuses to put a prompt where other users of the machine could read it: the prompt goes through stdin
 * wherever the client allows.
 */
import type { Emit } from '@tokenmeter/core';
import type { LivePort, Machine } from '@tokenmeter/core/agents';

/** What to run. The prompt is handed on and never kept, logged or told. */
export interface Launch {
  readonly prompt: string;
  readonly cwd: string;
  /** '' for the client's own choice. */
  readonly model: string;
  readonly title: string;
  /** Where the client keeps its logs. */
  readonly machine: Machine;
}

/** What a driver may do while its agent runs. */
export interface Stage {
  readonly launch: Launch;
  /** Hands a message to the agent's live reader. */
  tell(message: unknown): void;
  /** Tells an event that came another way than by a message, from a log say. */
  readonly emit: Emit;
  /** A line to the agent's stdin. */
  write(line: string): void;
  closeInput(): void;
  signal(signal: NodeJS.Signals): void;
  /** The agent has said its last word: its process is given a moment to end, then ended. */
  over(): void;
  /** The agent cannot go on, for a reason that its messages do not tell. */
  fail(message: string): void;
}

/** One run as a driver plays it. */
export interface Act {
  /** The words after the program. */
  readonly words: readonly string[];
  /** Environment on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** The process is there. */
  begin(): void;
  /** A line of its stdout. False: it is no message of this client. */
  line(text: string): boolean;
  /** The agent's own way to be stopped; a signal where it has none. May be called once. */
  interrupt(): void;
  /** The process is gone: whatever is still open (a tail, a connection) is read to its end and closed. */
  end(): Promise<void>;
}

export interface Driver {
  /** Agent id. */
  readonly agent: string;
  /** Names of the program along PATH, the usual one first. */
  readonly programs: readonly string[];
  readonly port: LivePort;
  /** Words that older versions do not know and that can be done without. */
  readonly optionalWords?: readonly string[];
  /** What to try where this surface ends without a single message: the client is too old for it. */
  readonly fallback?: Driver;
  open(stage: Stage): Act;
}

/** The line as a JSON object, undefined where it is none. */
export function messageOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>; // -- it begins with a brace: an object or an error
  } catch {
    return undefined;
  }
}
