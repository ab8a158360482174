/**
 * Finds the call of an identity. While a first import runs this is a table in memory and the indexes wait until it is done;
 * otherwise it is the unique index. The table is only trusted while this process alone has written the ledger.
 */
import { CallNumbers } from './call-numbers.ts';
import type { Driver } from './driver.ts';
import { LATE_INDEXES, STRAND_INDEX } from './schema.ts';

/** Past this the numbers cost more memory than they are worth. */
const MOST_NUMBERS = 1_000_000;

export class CallIndex {
  readonly #driver: Driver;
  #numbers: CallNumbers | undefined;
  #isIndexed: boolean;
  #hasStrands = false;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#isIndexed = this.#hasIndex();
    const isEmpty = driver.prepare('SELECT 1 AS some FROM call LIMIT 1').get() === undefined;
    if (isEmpty && !this.#isIndexed) this.#numbers = new CallNumbers();
  }

  /** Within a write: another process wrote, or what this one wrote was undone. */
  distrust(): void {
    this.#numbers = undefined;
    this.#isIndexed = this.#hasIndex();
    this.#hasStrands = false;
  }

  /** Whether a first import runs and calls are found without asking the table. */
  get isInMemory(): boolean {
    return this.#numbers !== undefined;
  }

  get isIndexed(): boolean {
    return this.#isIndexed;
  }

  /** The call's number. `variant` is '' for the first of an identity, else the request id. */
  find(agent: number, identity: string, variant: string): number | undefined {
    if (this.#numbers) return this.#numbers.get(agent, identity, variant);
    this.makeIndexes();
    return this.#driver
      .prepare('SELECT id FROM call WHERE identity = ? AND agent = ? AND variant = ?')
      .get<{ id: number }>(identity, agent, variant)?.id;
  }

  remember(agent: number, identity: string, variant: string, id: number): void {
    this.#numbers?.set(agent, identity, variant, id);
    if (this.#numbers && this.#numbers.size > MOST_NUMBERS) this.#numbers = undefined;
  }

  forget(agent: number, identity: string, variant: string): void {
    this.#numbers?.delete(agent, identity, variant);
  }

  /** Within a write: calls can be asked for by their strand from here on. */
  makeStrandIndex(): void {
    if (this.#isIndexed || this.#hasStrands) return;
    this.#driver.exec(STRAND_INDEX);
    this.#hasStrands = true;
  }

  /** Within a write, or alone: gives the tables the indexes that a first import goes without. */
  makeIndexes(): void {
    if (this.#isIndexed) return;
    this.#driver.exec(LATE_INDEXES);
    this.#isIndexed = true;
  }

  #hasIndex(): boolean {
    return this.#driver.prepare("SELECT 1 AS some FROM sqlite_schema WHERE name = 'prompt_at'").get() !== undefined;
  }
}
