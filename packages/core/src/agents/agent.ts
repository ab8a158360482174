/**
 * What every agent's folder fills in: its names, where its logs lie, and how a line of them becomes events. One folder,
 * one fixture folder, one line in the registry. It refuses to open files: the app reads bytes, the agent reads words.
 */
import type { ContextHabits } from '../attribution/piece.ts';
import type { SourceRef } from '../call.ts';
import type { Emit, ToolKind } from '../event.ts';
import type { Plan } from '../tape/plan.ts';
import type { Tape } from '../tape/tape.ts';

/** The machine as far as finding logs needs it. With `--home`, `env` is empty: a home is then the only home. */
export interface Machine {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: 'linux' | 'darwin' | 'win32' | string;
}

/** A folder that may hold logs. It need not exist. `accepts` gets the path below it, with `/` separators. */
export interface LogRoot {
  readonly path: string;
  /** What made us look there: `default`, or the environment variable's name. Shown by `sources`. */
  readonly because: string;
  readonly accepts: (relativePath: string) => boolean;
  /** Folders deeper than this are not walked. */
  readonly maxDepth: number;
  /** Whether a folder below it (path as for `accepts`) may hold logs; without it, every folder may. */
  readonly enters?: ((relativePath: string) => boolean) | undefined;
  /**
   * Whether the agent compresses old logs in it (zstd, `.zst` behind the name). A log keeps the name it had before:
   * `accepts` gets that.
   */
  readonly compresses?: boolean | undefined;
}

/** One line of a log, as bytes. Reused between lines: never keep it. Offsets are bytes within the line. */
export interface Line {
  readonly length: number;
  /** First position of an ASCII needle in [from, to), else -1. */
  find(needle: string, from?: number, to?: number): number;
  byte(at: number): number;
  /** Bytes [from, to) one character each (Latin-1): right for ASCII, cheap for looking. */
  latin1(from: number, to: number): string;
  /** Bytes [from, to) decoded as UTF-8. */
  text(from: number, to: number): string;
  /** The whole line as JSON. Throws SyntaxError. */
  json(): unknown;
  /**
   * What a plan wants of the object that begins at `from` (0 if absent). Undefined where it is not laid out as JSON, and
   * where this engine cannot walk: then the line is to be read as JSON. Valid until the next walk of any line.
   */
  walk(plan: Plan, from?: number): Tape | undefined;
}

/** The file a reader is opened for. */
export interface LogFile {
  readonly source: SourceRef;
  /** Path below its root, `/` separators. */
  readonly relativePath: string;
  /** Text of the sidecar the agent asked for, where it exists. */
  readonly sidecar?: string | undefined;
  /** False: names of files and commands must not be told. */
  readonly withNames?: boolean | undefined;
  /** The topmost known ancestor of a session id, by the lineage of all files; the id itself where none is known. */
  readonly rootOf: (sessionId: string) => string;
}

/** Why a line told nothing. `damaged`: not whole JSON; `unknown`: whole, but not a shape we know where one was due. */
export type Skip = 'damaged' | 'unknown';

export interface LogReader {
  /** Reads one whole line, in order. Never throws. Lines that rightly carry nothing for us return undefined. */
  read(line: Line, emit: Emit): Skip | undefined;
  /**
   * Tells what a line to come would have replaced, and was held back for that: called before `state`, and when there is no
   * line to come for now. Absent where nothing is held back.
   */
  settle?(emit: Emit): void;
  /** What must be remembered to go on with the next line after a restart: plain JSON, small. */
  state(): unknown;
}

export interface Lineage {
  readonly id: string;
  readonly parentId: string;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** In words, how exact it is and what it cannot tell; shown by `sources` and `doctor`. */
  readonly exactness: string;
  /** How its prompts are built, as attribution needs it; without it nothing is taken for sure. */
  readonly context?: ContextHabits | undefined;
  roots(machine: Machine): readonly LogRoot[];
  /** Path (relative to the file's folder) of a small sidecar to hand to `open`, if this file may have one. */
  sidecar?(relativePath: string): string | undefined;
  /** Which session a file holds and where it came from, from its first line. Parents are read before children. */
  lineage?(firstLine: Line): Lineage | undefined;
  /**
   * What was asked in a line of which its reader told a prompt. Only called where the person asked for titles of prompts.
   * Throws SyntaxError.
   */
  promptText?(line: Line): string;
  /** `state` is what an earlier reader of the same file returned, undefined at its first byte. */
  open(file: LogFile, state: unknown): LogReader;
  toolKind(name: string): ToolKind;
}
