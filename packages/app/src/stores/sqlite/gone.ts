/**
 * Keys of calls that were folded into totals or forgotten. They are kept for ever, as hashes: a copy of an old log must
 * not bring back what still counts, or what a person asked to be forgotten.
 */
import { hash } from 'node:crypto';
import type { Driver } from './driver.ts';

export class Gone {
  readonly #driver: Driver;
  #isEmpty: boolean | undefined;
  #sessions: ReadonlySet<string> | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  clear(): void {
    this.#isEmpty = undefined;
    this.#sessions = undefined;
  }

  has(agent: string, identity: string, variant: string): boolean {
    this.#isEmpty ??= this.#driver.prepare('SELECT 1 AS some FROM gone LIMIT 1').get() === undefined;
    if (this.#isEmpty) return false;
    return (
      this.#driver.prepare('SELECT 1 AS some FROM gone WHERE key = ?').get(goneKey(agent, identity, variant)) !==
      undefined
    );
  }

  add(agent: string, identity: string, variant: string): void {
    this.#driver.prepare('INSERT OR IGNORE INTO gone VALUES (?)').run(goneKey(agent, identity, variant));
    this.#isEmpty = false;
  }

  /** Sessions a person asked to be forgotten: nothing more is learnt of them. */
  get sessions(): ReadonlySet<string> {
    this.#sessions ??= new Set(
      this.#driver
        .prepare('SELECT session_id FROM forgotten')
        .all<{ session_id: string }>()
        .map((row) => row.session_id),
    );
    return this.#sessions;
  }

  addSession(sessionId: string): void {
    this.#driver.prepare('INSERT OR IGNORE INTO forgotten VALUES (?)').run(sessionId);
    this.#sessions = undefined;
  }
}

function goneKey(agent: string, identity: string, variant: string): Uint8Array {
  return hash('sha256', `${agent}\0${identity}\0${variant}`, 'buffer').subarray(0, 16);
}
