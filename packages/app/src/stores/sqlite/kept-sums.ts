/**
 * What consumed the tokens as the ledger keeps it: one row for a strand in a quarter of an hour, with the sums of all its
 * owners. What came late, of buckets that are final already, stands in a row beside it, so that it can be counted anew.
 */
import type { AttributionSums, Owner, SumsBook } from '@tokenmeter/core';
import { ATTRIBUTION_SUMS, bucketOf, noAttribution } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import { addPacked, FIGURES, SumsPacker, unpackSums } from './packed-sums.ts';
import type { StrandCall } from './thread-rows.ts';
import type { Words } from './words.ts';

/** Calls of one strand in one quarter of an hour are summed together. */
export const PLACES = {
  isSame: (a: StrandCall, b: StrandCall) => a.strand === b.strand && bucketOf(a.at) === bucketOf(b.at),
  nameOf: ({ strand, at }: StrandCall) => `${strand} ${bucketOf(at)}`,
};

/** Its memory is used again by whoever writes next. */
const packer = new SumsPacker();

/**
 * Adds what a book holds to the table; `owners` are those of its walk. `first`: the thread has no rows there yet; `late`: of
 * buckets that are final.
 */
export function writeBook(
  { driver, words }: { readonly driver: Driver; readonly words: Words },
  book: SumsBook<StrandCall>,
  owners: readonly Owner[],
  as: 'first' | 'more' | 'late',
): void {
  const { figures } = book;
  packer.clear();
  const kinds = owners.map(({ kind }) => words.id(kind));
  const names = owners.map(({ name }) => words.id(name));
  let rows: (number | Uint8Array)[] = [];
  for (const { call, starts } of book.pages()) {
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index] ?? -1;
      if (start >= 0) packer.add(kinds[index] ?? 0, names[index] ?? 0, figures, start);
    }
    if (packer.isEmpty) continue;
    const bucket = bucketOf(call.at);
    if (as !== 'first') {
      put(driver, call.strand, bucket, as === 'late', packer.take());
      continue;
    }
    rows.push(call.strand, bucket, 0, packer.take());
    if (rows.length < WIDTH * ROWS_AT_ONCE) continue;
    driver.prepare(INSERT_MANY).run(...rows);
    rows = [];
  }
  for (let from = 0; from < rows.length; from += WIDTH) driver.prepare(INSERT).run(...rows.slice(from, from + WIDTH));
}

const WIDTH = 4;
/** Rows of one statement: binding and stepping once for many is half the cost. */
const ROWS_AT_ONCE = 8;
const INSERT = 'INSERT INTO attribution VALUES (?, ?, ?, ?)';
const INSERT_MANY = `${INSERT}${', (?, ?, ?, ?)'.repeat(ROWS_AT_ONCE - 1)}`;

function put(driver: Driver, strand: number, bucket: number, isLate: boolean, packed: Uint8Array): void {
  const late = isLate ? 1 : 0;
  // Mostly there is nothing to add it to.
  const insert = driver.prepare(`${INSERT} ON CONFLICT DO NOTHING`);
  if (insert.run(strand, bucket, late, packed) === 1) return;
  const row = driver
    .prepare('SELECT sums FROM attribution WHERE strand = ? AND bucket = ? AND late = ?')
    .get<{ sums: Uint8Array }>(strand, bucket, late);
  const sums = new OwnerSums();
  if (row) sums.add(row.sums);
  sums.add(packed);
  driver
    .prepare('UPDATE attribution SET sums = ? WHERE strand = ? AND bucket = ? AND late = ?')
    .run(sums.packed(), strand, bucket, late);
}

/** What came late before a bucket is as final as the rest from here on, and nobody's. */
export function settleLate(driver: Driver, bucket: number): void {
  const rows = driver
    .prepare('SELECT strand, bucket, sums FROM attribution WHERE late = 1 AND bucket < ?')
    .all<{ strand: number; bucket: number; sums: Uint8Array }>(bucket);
  for (const row of rows) {
    packer.clear();
    unpackSums(row.sums, (kind, _, figures) => packer.add(kind, 0, figures));
    put(driver, row.strand, row.bucket, false, packer.take());
  }
  driver.prepare('DELETE FROM attribution WHERE late = 1 AND bucket < ?').run(bucket);
}

/** Sums by owner, as words' numbers. */
export class OwnerSums {
  readonly #owners = new Map<
    number,
    { readonly kind: number; readonly name: number; readonly figures: Float64Array }
  >();
  readonly #listOf = (kind: number, name: number): Float64Array => {
    const key = kind * WORDS + name;
    let owner = this.#owners.get(key);
    if (!owner) {
      owner = { kind, name, figures: new Float64Array(FIGURES) };
      this.#owners.set(key, owner);
    }
    return owner.figures;
  };

  add(packed: Uint8Array): void {
    addPacked(packed, this.#listOf);
  }

  /** In the order of kind and name. */
  all(): { readonly kind: number; readonly name: number; readonly sums: AttributionSums }[] {
    return [...this.#owners]
      .sort(([a], [b]) => a - b)
      .map(([, { kind, name, figures }]) => ({ kind, name, sums: sumsOf(figures) }));
  }

  packed(): Uint8Array {
    for (const { kind, name, figures } of this.#owners.values()) packer.add(kind, name, figures);
    return packer.take();
  }
}

/** Tells the sums of each owner of a row, with the numbers of its words. */
export function eachOwner(packed: Uint8Array, tell: (sums: AttributionSums, kind: number, name: number) => void): void {
  unpackSums(packed, (kind, name, figures) => tell(sumsOf(figures), kind, name));
}

/** More than a ledger's words. */
const WORDS = 2 ** 26;

function sumsOf(figures: Float64Array): AttributionSums {
  const sums = noAttribution();
  for (let index = 0; index < FIGURES; index++) sums[ATTRIBUTION_SUMS[index] ?? 'output'] = figures[index] ?? 0;
  return sums;
}
