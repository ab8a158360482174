/**
 * Strands: what the calls of one thread, model and price have in common, as one row. A call then is its counts and a
 * strand's number, and the totals of sessions, threads and branches are sums over strands. Rows are never changed.
 */
import type { CallRecord, Certainty } from '@tokenmeter/core';
import type { PriceMatch, Rating } from '@tokenmeter/core/price';
import type { Driver } from './driver.ts';

export const CERTAINTIES: readonly Certainty[] = ['exact', 'at_least', 'estimated', 'reported'];
const MATCHES: readonly (PriceMatch | '')[] = ['', 'exact', 'alias', 'family'];

export const COUNTED = 1;
export const SIDE = 2;
export const ASSUMED_LIFETIME = 4;
/** Made by reconciliation, not by a source. */
export const REMAINDER = 8;

export const STRAND_COLUMNS = [
  'agent',
  'session',
  'thread',
  'caller',
  'model',
  'seller',
  'project',
  'branch',
  'tier',
  'geo',
  'source',
  'certainty',
  'flags',
  'window',
  'price',
  'match',
] as const;
export type StrandColumn = (typeof STRAND_COLUMNS)[number];

const FIND = `SELECT * FROM strand WHERE ${STRAND_COLUMNS.map((column) => `${column} = ?`).join(' AND ')}`;
const INSERT = `INSERT INTO strand (id, ${STRAND_COLUMNS.join(', ')}) VALUES (?, ${STRAND_COLUMNS.map(() => '?').join(', ')})`;

/** Numbers of words, sessions, threads and sources. */
export type StrandFields = Readonly<Record<StrandColumn, number>>;
export type Strand = StrandFields & { readonly id: number };

export function certaintyCode(certainty: Certainty): number {
  return CERTAINTIES.indexOf(certainty);
}

export function matchCode(match: PriceMatch | undefined): number {
  return match === undefined ? 0 : MATCHES.indexOf(match);
}

export function matchName(code: number): PriceMatch | null {
  return MATCHES[code] || null;
}

/** The answer to the last question, which mostly is the answer to the next. */
export interface LastStrand {
  readonly record: CallRecord;
  readonly rating: Rating | undefined;
  readonly isRemainder: boolean;
  readonly strand: Strand;
}

export class Strands {
  readonly #driver: Driver;
  /** By thread. Forgotten between batches: names learnt since may change the answer. */
  readonly last = new Map<string, LastStrand>();
  #byKey = new Map<string, Strand>();
  #byId = new Map<number, Strand>();
  /** The next number where every strand there is is remembered (a ledger being filled): 0 where some may not be. */
  #next: number | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  clear(): void {
    this.last.clear();
    this.#byKey = new Map();
    this.#byId = new Map();
    this.#next = 0;
  }

  /** The strand of these fields, made if there is none. Only within a write. */
  of(fields: StrandFields): Strand {
    const key = STRAND_COLUMNS.map((column) => fields[column]).join();
    const known = this.#byKey.get(key);
    if (known) return known;
    this.#next ??= this.#largest() === 0 ? 1 : 0;
    const strand = (this.#next === 0 ? this.#find(fields) : undefined) ?? this.#insert(fields);
    this.#byKey.set(key, strand);
    this.#byId.set(strand.id, strand);
    return strand;
  }

  byId(id: number): Strand {
    const known = this.#byId.get(id);
    if (known) return known;
    const row = this.#driver.prepare('SELECT * FROM strand WHERE id = ?').get<Strand>(id);
    if (!row) throw new Error(`Cannot find strand ${id} of a call`);
    this.#byId.set(id, row);
    return row;
  }

  #find(fields: StrandFields): Strand | undefined {
    return this.#driver.prepare(FIND).get<Strand>(...STRAND_COLUMNS.map((column) => fields[column]));
  }

  #insert(fields: StrandFields): Strand {
    const id = this.#next || this.#largest() + 1;
    if (this.#next) this.#next++;
    this.#driver.prepare(INSERT).run(id, ...STRAND_COLUMNS.map((column) => fields[column]));
    return { id, ...fields };
  }

  #largest(): number {
    return this.#driver.prepare('SELECT max(id) AS id FROM strand').get<{ id: number | null }>()?.id ?? 0;
  }
}
