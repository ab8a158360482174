/**
 * Finds the call of an identity. While a first import runs this is a map in memory and the indexes wait until it is done;
 * otherwise it is the unique index. The map is only trusted while this process alone has written the ledger.
 */
import type { Driver } from './driver.ts';
import { LATE_INDEXES, STRAND_INDEX } from './schema.ts';

/** Past this the map costs more memory than it is worth. */
const MAP_LIMIT = 500_000;

export class CallIndex {
  readonly #driver: Driver;
  /** By agent, then by identity (and variant), the call's number. */
  #map: Map<number, Map<string, number>> | undefined;
  #size = 0;
  #isIndexed: boolean;
  #hasStrands = false;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#isIndexed = this.#hasIndex();
    const isEmpty = driver.prepare('SELECT 1 AS some FROM call LIMIT 1').get() === undefined;
    if (isEmpty && !this.#isIndexed) this.#map = new Map();
  }

  /** Within a write: another process wrote, or what this one wrote was undone. */
  distrust(): void {
    this.#map = undefined;
    this.#isIndexed = this.#hasIndex();
    this.#hasStrands = false;
  }

  /** Whether a first import runs and calls are found without asking the table. */
  get isInMemory(): boolean {
    return this.#map !== undefined;
  }

  get isIndexed(): boolean {
    return this.#isIndexed;
  }

  /** The call's number. `variant` is '' for the first of an identity, else the request id. */
  find(agent: number, identity: string, variant: string): number | undefined {
    if (this.#map) return this.#map.get(agent)?.get(variant === '' ? identity : `${identity}\0${variant}`);
    this.makeIndexes();
    return this.#driver
      .prepare('SELECT id FROM call WHERE identity = ? AND agent = ? AND variant = ?')
      .get<{ id: number }>(identity, agent, variant)?.id;
  }

  remember(agent: number, identity: string, variant: string, id: number): void {
    if (!this.#map) return;
    if (this.#size >= MAP_LIMIT) {
      this.#map = undefined;
      return;
    }
    let byIdentity = this.#map.get(agent);
    if (!byIdentity) {
      byIdentity = new Map();
      this.#map.set(agent, byIdentity);
    }
    byIdentity.set(variant === '' ? identity : `${identity}\0${variant}`, id);
    this.#size++;
  }

  forget(agent: number, identity: string, variant: string): void {
    this.#map?.get(agent)?.delete(variant === '' ? identity : `${identity}\0${variant}`);
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
