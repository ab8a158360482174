/** What a walk over a line of a rollout found, by node of the plan. It refuses lines that tell one thing twice. */
import { NULL, OBJECT, STRING } from '../../tape/layout.ts';
import type { Tape } from '../../tape/tape.ts';

/** What a walk found in a line, by node. */
export class Found {
  readonly #entries = new Int32Array(256);
  #tape: Tape | undefined;

  /** Sorts what a walk found, valid until the next one. False where a key comes twice, of which JSON has the last one. */
  sort(tape: Tape): boolean {
    this.#tape = tape;
    this.#entries.fill(0);
    for (let entry = tape.start; entry < tape.end; entry = tape.next(entry)) {
      const node = tape.node(entry);
      if (this.#entries[node] !== 0) return false;
      this.#entries[node] = entry;
    }
    return true;
  }

  get tape(): Tape | undefined {
    return this.#tape;
  }

  /** The entry of a node, 0 where it is missing. */
  entry(node: number): number {
    return this.#entries[node] ?? 0;
  }

  /** Whether a value is there that is not null. */
  has(node: number): boolean {
    const entry = this.entry(node);
    return entry !== 0 && this.#tape?.kind(entry) !== NULL;
  }

  isObject(node: number): boolean {
    const entry = this.entry(node);
    return entry !== 0 && this.#tape?.kind(entry) === OBJECT;
  }

  /** An object as the line spells it, '' where it is missing. */
  spelled(node: number): string {
    const entry = this.entry(node);
    return entry === 0 ? '' : (this.#tape?.json(entry) ?? '');
  }

  text(node: number): string {
    const entry = this.entry(node);
    return entry === 0 ? '' : (this.#tape?.text(entry) ?? '');
  }

  value(node: number): unknown {
    const entry = this.entry(node);
    return entry === 0 ? undefined : this.#tape?.value(entry);
  }

  count(node: number): number | undefined {
    const entry = this.entry(node);
    return entry === 0 ? undefined : this.#tape?.count(entry);
  }

  bytes(node: number): number {
    const entry = this.entry(node);
    return entry === 0 ? 0 : (this.#tape?.bytes(entry) ?? 0);
  }

  from(node: number): number {
    const { tape } = this;
    const entry = this.entry(node);
    if (entry === 0 || !tape) return -1;
    return tape.kind(entry) === STRING ? tape.from(entry) - 1 : tape.from(entry);
  }

  to(node: number): number {
    const { tape } = this;
    const entry = this.entry(node);
    if (entry === 0 || !tape) return -1;
    return tape.kind(entry) === STRING ? tape.to(entry) + 1 : tape.to(entry);
  }
}
