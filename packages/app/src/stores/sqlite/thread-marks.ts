/** What happened in threads besides calls: prompts, what the agent injected, compactions. */
import type { Owner, PieceKind, ThreadMark } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import type { Words } from './words.ts';

const PROMPTS = 'SELECT at, id, bytes, thread FROM prompt WHERE session = ?';
const COMPACTIONS = 'SELECT at, id, thread FROM compaction WHERE session = ?';
const HAVE_INJECTED = `SELECT j.value FROM json_each(?) AS j
  WHERE EXISTS (SELECT 1 FROM injected AS i WHERE i.thread = j.value)`;
const INJECTED = 'SELECT at, id, bytes, kind, name FROM injected WHERE thread = ? AND at > ?';

const USER: Owner = { kind: 'user', name: '' };

/**
 * Marks of certain threads, as long as nobody writes any. Prompts and compactions lie by session, whose threads are mostly
 * asked one after the other: they are read once for those.
 */
export class ThreadMarks {
  readonly #driver: Driver;
  readonly #words: Words;
  readonly #haveInjected: ReadonlySet<number>;
  #session: number | undefined;
  #byThread = new Map<number, ThreadMark[]>();

  constructor({ driver, words }: { readonly driver: Driver; readonly words: Words }, threads: readonly number[]) {
    this.#driver = driver;
    this.#words = words;
    this.#haveInjected = new Set(driver.prepare(HAVE_INJECTED).lists<number>(JSON.stringify(threads)).flat());
  }

  /** After `since`, in order of time. */
  of(session: number, thread: number, since: number): ThreadMark[] {
    if (this.#session !== session) this.#read(session);
    const marks = (this.#byThread.get(thread) ?? []).filter(({ at }) => at > since);
    if (this.#haveInjected.has(thread)) this.#addInjected(marks, thread, since);
    return marks.sort((a, b) => a.at - b.at || (a.item < b.item ? -1 : 1));
  }

  #read(session: number): void {
    this.#session = session;
    this.#byThread = new Map();
    // For many rows, places in lists are named by number: to take a list apart makes an object of each of its cells.
    for (const row of this.#driver.prepare(PROMPTS).lists(session))
      this.#add(row[3], mark(row[0], row[1], row[2], USER));
    for (const row of this.#driver.prepare(COMPACTIONS).lists(session))
      this.#add(row[2], mark(row[0], row[1], null, undefined));
  }

  #add(thread: Cell, one: ThreadMark): void {
    const marks = this.#byThread.get(Number(thread));
    if (marks) marks.push(one);
    else this.#byThread.set(Number(thread), [one]);
  }

  #addInjected(marks: ThreadMark[], thread: number, since: number): void {
    const words = this.#words;
    for (const [at, item, bytes, kind, name] of this.#driver.prepare(INJECTED).lists(thread, since)) {
      const owner = { kind: words.text(Number(kind)) as PieceKind, name: words.text(Number(name)) }; // as -- written from an InjectedEvent
      marks.push(mark(at, item, bytes, owner));
    }
  }
}

type Cell = string | number | null | undefined;

function mark(at: Cell, item: Cell, bytes: Cell, owner: Owner | undefined): ThreadMark {
  return { at: Number(at), owner, bytes: bytes === null ? undefined : Number(bytes), item: String(item) };
}
