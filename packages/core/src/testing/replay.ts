/**
 * Replays a case (a home with logs, in memory) through an agent's readers and the meter, in the ways a real reading may
 * go: whole, in chunks, in any order of files, cut and resumed. It refuses to judge; the suite does.
 */
import type { Agent, Line, LogReader } from '../agents/agent.ts';
import type { SourceRef } from '../call.ts';
import type { AgentEvent } from '../event.ts';
import type { LedgerBatch } from '../ledger.ts';
import { Meter } from '../meter.ts';
import { LineSplitter, linesOf } from './line.ts';
import type { Random } from './random.ts';

/** One file of a recorded home. */
export interface CaseFile {
  /** Below the home directory, `/` separators: `.claude/projects/-work/<session>.jsonl`. */
  readonly relativePath: string;
  readonly bytes: Uint8Array;
  /** UTC ms of the file's creation, 0 unknown. */
  readonly bornAt: number;
  /** Text of its sidecar; without it the sidecar is looked for among the case's other files. */
  readonly sidecar?: string | undefined;
}

/** A log of a case as the app would have found it. */
export interface FoundLog {
  readonly file: CaseFile;
  /** Below its root. */
  readonly relativePath: string;
  readonly sidecar: string | undefined;
}

const HOME = '/home/tester';
const decoder = new TextDecoder();

/** The logs of a case that the agent's own roots accept, in the case's order. */
export function findLogs(agent: Agent, files: readonly CaseFile[]): FoundLog[] {
  const roots = agent.roots({ home: HOME, env: {}, platform: 'linux' });
  const byPath = new Map(files.map((file) => [file.relativePath, file]));
  const found: FoundLog[] = [];
  for (const file of files) {
    const path = `${HOME}/${file.relativePath}`;
    for (const root of roots) {
      const below = root.path.endsWith('/') ? root.path : `${root.path}/`;
      if (!path.startsWith(below)) continue;
      const relativePath = path.slice(below.length);
      if (!root.accepts(relativePath)) continue;
      const wanted = agent.sidecar?.(relativePath);
      const beside = wanted === undefined ? undefined : byPath.get(besidePath(file.relativePath, wanted));
      found.push({ file, relativePath, sidecar: file.sidecar ?? (beside && decoder.decode(beside.bytes)) });
      break;
    }
  }
  return found;
}

/** The top of each session's known lineage, as the app works it out from all first lines before it reads. */
export function rootsOf(agent: Agent, logs: readonly FoundLog[]): (sessionId: string) => string {
  const parents = new Map<string, string>();
  for (const { file } of logs) {
    const first = linesOf(file.bytes, true)[0];
    const lineage = first && agent.lineage?.(first);
    if (lineage?.parentId) parents.set(lineage.id, lineage.parentId);
  }
  return (sessionId) => {
    let root = sessionId;
    for (let steps = 0; steps < 100; steps++) {
      const parent = parents.get(root);
      if (parent === undefined || parent === sessionId) return root;
      root = parent;
    }
    return root;
  };
}

export interface Replay {
  /** One a drain, in order. */
  readonly batches: readonly LedgerBatch[];
  readonly events: readonly AgentEvent[];
  readonly damaged: number;
  readonly unknown: number;
}

export interface ReplayOptions {
  readonly order?: ((logs: readonly FoundLog[]) => readonly FoundLog[]) | undefined;
  /** Feed the bytes in random chunks, through a buffer that is wiped behind every line. */
  readonly chunks?: Random | undefined;
  /** Byte of each file at which reading stops, is stored as JSON and goes on with a new reader and a new meter. */
  readonly cut?: ((file: CaseFile) => number) | undefined;
  /** As an engine without the walker of lines reads. */
  readonly unwalked?: boolean | undefined;
  /** Whether the bytes after the last newline are a line. */
  readonly unfinished?: boolean | undefined;
}

/** Reads all logs of a case. */
export function replay(agent: Agent, files: readonly CaseFile[], options: ReplayOptions = {}): Replay {
  const logs = findLogs(agent, files);
  const rootOf = rootsOf(agent, logs);
  const batches: LedgerBatch[] = [];
  const events: AgentEvent[] = [];
  const skips = { damaged: 0, unknown: 0 };
  let meter = new Meter();

  for (const log of options.order ? options.order(logs) : logs) {
    const { file, relativePath, sidecar } = log;
    let source: SourceRef = { agent: agent.id, path: `${HOME}/${file.relativePath}`, bornAt: file.bornAt };
    let reader = agent.open({ source, relativePath, sidecar, rootOf }, undefined);
    const emit = (event: AgentEvent) => {
      events.push(event);
      meter.apply(event, source);
    };
    const read = (line: Line) => {
      const skip = reader.read(options.unwalked ? unwalked(line) : line, emit);
      if (skip !== undefined) skips[skip]++;
    };
    const cut = options.cut ? lineStartBefore(file.bytes, options.cut(file)) : file.bytes.length;
    feed(file.bytes.subarray(0, cut), options, cut === file.bytes.length, read);
    reader.settle?.(emit);
    if (cut < file.bytes.length) {
      batches.push(meter.drain([]));
      meter = new Meter();
      source = { ...source };
      reader = reopen(agent, reader, { source, relativePath, sidecar, rootOf });
      feed(file.bytes.subarray(cut), options, true, read);
      reader.settle?.(emit);
    }
  }
  batches.push(meter.drain([]));
  return { batches, events, ...skips };
}

/** A new reader with what the old one would have stored. */
export function reopen(agent: Agent, reader: LogReader, file: Parameters<Agent['open']>[0]): LogReader {
  const stored = JSON.stringify(reader.state());
  return agent.open(file, stored === undefined ? undefined : JSON.parse(stored));
}

function unwalked(line: Line): Line {
  return {
    length: line.length,
    find: (needle, from, to) => line.find(needle, from, to),
    byte: (at) => line.byte(at),
    latin1: (from, to) => line.latin1(from, to),
    text: (from, to) => line.text(from, to),
    json: () => line.json(),
    walk: () => undefined,
  };
}

function feed(bytes: Uint8Array, options: ReplayOptions, atEnd: boolean, read: (line: Line) => void): void {
  const unfinished = atEnd && options.unfinished !== false;
  const { chunks } = options;
  if (!chunks) {
    for (const line of linesOf(bytes, unfinished)) read(line);
    return;
  }
  const splitter = new LineSplitter();
  for (let at = 0; at < bytes.length; ) {
    const size = chunks.chance(0.2) ? chunks.int(1, 8) : chunks.int(1, 6000);
    splitter.push(bytes.subarray(at, at + size), read);
    at += size;
  }
  if (unfinished) splitter.end(read);
}

function lineStartBefore(bytes: Uint8Array, cut: number): number {
  return bytes.lastIndexOf(10, Math.min(cut, bytes.length) - 1) + 1;
}

function besidePath(relativePath: string, sidecar: string): string {
  return `${relativePath.slice(0, relativePath.lastIndexOf('/') + 1)}${sidecar}`;
}
