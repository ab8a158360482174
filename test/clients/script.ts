/**
 * What a scripted model answers: lanes of turns, chosen by what the request holds, so that parallel sub-agents stay apart.
 * Usage is neutral and exclusive (the four input buckets do not overlap, output holds reasoning); each wire spells it its
 * own way.
 */
export interface ScriptedUsage {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly output?: number;
  readonly reasoning?: number;
}

export interface ScriptedTool {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly namespace?: string;
}

export interface Turn {
  readonly text?: string;
  readonly tools?: readonly ScriptedTool[];
  readonly usage?: ScriptedUsage;
  /** Pieces the text is cut in, and the pause before each. */
  readonly pieces?: number;
  readonly pauseMs?: number;
  /** Answers this HTTP status instead. */
  readonly status?: number;
  /** Drops the connection after so many events. */
  readonly cutAfter?: number;
}

export interface Lane {
  readonly name: string;
  /** A text that one of the first user messages holds. */
  readonly asks: string;
  /** False: a request without tools (a title, a check) is somebody else's. */
  readonly anyRequest?: boolean;
  readonly turns: readonly Turn[];
}

export interface Served {
  readonly lane: string;
  readonly turn: number;
  readonly model: string;
  readonly usage: Required<ScriptedUsage>;
  /** `cut` by the script, `left` by the client. */
  readonly end: 'whole' | 'cut' | 'left' | 'refused';
}

export function fullUsage(usage: ScriptedUsage = {}): Required<ScriptedUsage> {
  return { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0, ...usage };
}

/** The text in so many pieces. */
export function piecesOf(text: string, count = 3): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}
