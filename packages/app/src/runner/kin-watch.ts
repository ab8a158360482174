/**
 * Remembers who descends from agents while they run, by one look every few seconds for all of them: once an agent has
 * crashed nobody can tell any more whose its shells were. It forgets those that are gone, and refuses to end anybody.
 */
import { execFile } from 'node:child_process';
import { everyProcess, type Kin, kinOf, readTable, type SeenProcess, TABLE } from './kin.ts';

const LOOK_MS = 2_000;
const TABLE_BYTES = 16 << 20;

/** No process has this number. */
const NOBODY = -1;

const watches = new Set<KinWatch>();
let timer: NodeJS.Timeout | undefined;

export class KinWatch {
  #pid: number;
  /** When it began, once that was seen: another with its number is a stranger. */
  #startedAt: string | undefined;
  #known: readonly Kin[] = [];

  /** Begins to look after the process. */
  constructor(pid: number) {
    this.#pid = pid;
    watches.add(this);
    timer ??= setInterval(lookAtAll, LOOK_MS).unref();
  }

  /** All that descended from it when last looked at, and were there then. */
  get known(): readonly Kin[] {
    return this.#known;
  }

  look(all: readonly SeenProcess[] = everyProcess()): void {
    const root = all.find(({ pid }) => pid === this.#pid);
    if (this.#startedAt !== undefined && root?.startedAt !== this.#startedAt) this.#pid = NOBODY;
    this.#startedAt ??= root?.startedAt;
    this.#known = kinOf(this.#pid, this.#known, all);
  }

  /** The process is gone, its number may be another's. Who was known last stays known, with whom they start. */
  end(): void {
    this.#pid = NOBODY;
    watches.delete(this);
    if (watches.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }
}

function lookAtAll(): void {
  if (process.platform === 'linux') lookAt(everyProcess());
  else if (process.platform !== 'win32')
    execFile('ps', TABLE, { maxBuffer: TABLE_BYTES }, (error, text) => {
      if (!error) lookAt(readTable(text));
    });
}

function lookAt(all: readonly SeenProcess[]): void {
  for (const watch of watches) watch.look(all);
}
