/**
 * What a batch changes in rollups and totals, gathered in memory and written once at its end, in the same transaction as
 * the calls. Additive figures are deltas; first, last and largest cannot be taken back, so a strand that lost something
 * is looked at again.
 */
import type { CallRecord, Measures } from '@tokenmeter/core';
import { addCall, addMeasures, bucketOf, contextTokens, MEASURES, noMeasures } from '@tokenmeter/core';
import type { Rating } from '@tokenmeter/core/price';
import type { Driver } from './driver.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { Strand } from './strands.ts';

/** What one strand gains and loses in one bucket. */
interface Cell {
  readonly strand: Strand;
  readonly bucket: number;
  readonly sum: Measures;
  firstAt: number;
  lastAt: number;
  contextPeak: number;
}

type RollupKey = readonly [bucket: number, agent: number, model: number, project: number, caller: number];

/** More than a ledger's strands; a bucket's number times this is exact for buckets before `LATE`, in the year 2089. */
const STRANDS = 2 ** 31;
const LATE = 2 ** 22;

const ADDED = MEASURE_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
const HOLES = MEASURE_COLUMNS.map(() => '?').join(', ');

export class Cells {
  readonly #driver: Driver;
  /** By bucket and strand, as one number; as text where a log tells a nonsense time that no number would be exact for. */
  readonly #cells = new Map<number | string, Cell>();
  readonly #lost = new Set<number>();
  #last: Cell | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  clear(): void {
    this.#cells.clear();
    this.#lost.clear();
    this.#last = undefined;
  }

  add(strand: Strand, at: number, measures: Measures, context: number): void {
    const cell = this.#at(strand, at);
    addMeasures(cell.sum, measures);
    stretch(cell, at, context);
  }

  /** The same of a call as it was seen, without its measures apart. */
  addCall(strand: Strand, call: CallRecord, rating: Rating | undefined): void {
    const cell = this.#at(strand, call.at);
    addCall(cell.sum, call, rating);
    stretch(cell, call.at, contextTokens(call));
  }

  remove(strand: Strand, at: number, measures: Measures): void {
    addMeasures(this.#at(strand, at).sum, measures, -1);
    this.#lost.add(strand.id);
  }

  addToolCalls(strand: Strand, at: number, count: number): void {
    this.#at(strand, at).sum.toolCalls += count;
  }

  /** Whether `flush` must look at calls again by strand. */
  get hasLosses(): boolean {
    return this.#lost.size > 0;
  }

  flush(): void {
    this.#writeRollups();
    this.#writeTotals();
    for (const strand of this.#lost) this.#lookAgain(strand);
    this.clear();
  }

  #writeRollups(): void {
    const folded = new Map<string, { key: RollupKey; sum: Measures }>();
    for (const { strand, bucket, sum } of this.#cells.values()) {
      const key: RollupKey = [bucket, strand.agent, strand.model, strand.project, strand.caller];
      const name = key.join();
      const known = folded.get(name);
      if (known) addMeasures(known.sum, sum);
      else folded.set(name, { key, sum: { ...sum } });
    }
    const rollup = this.#driver.prepare(
      `INSERT INTO rollup VALUES (?, ?, ?, ?, ?, ${HOLES}) ON CONFLICT DO UPDATE SET ${ADDED}`,
    );
    const empty = this.#driver.prepare(
      'DELETE FROM rollup WHERE bucket = ? AND agent = ? AND model = ? AND project = ? AND caller = ? AND entries = 0',
    );
    for (const { key, sum } of [...folded.values()].sort((a, b) => a.key[0] - b.key[0])) {
      if (MEASURES.every((name) => sum[name] === 0)) continue;
      rollup.run(...key, ...MEASURES.map((name) => sum[name]));
      if (sum.entries < 0) empty.run(...key);
    }
  }

  #writeTotals(): void {
    const folded = new Map<number, Cell>();
    for (const cell of this.#cells.values()) {
      const known = folded.get(cell.strand.id);
      if (!known) {
        folded.set(cell.strand.id, cell);
        continue;
      }
      addMeasures(known.sum, cell.sum);
      known.firstAt = Math.min(known.firstAt, cell.firstAt);
      known.lastAt = Math.max(known.lastAt, cell.lastAt);
      known.contextPeak = Math.max(known.contextPeak, cell.contextPeak);
    }
    const total = this.#driver.prepare(
      `INSERT INTO total VALUES (?, ?, ?, ?, ${HOLES}) ON CONFLICT DO UPDATE SET ${ADDED},
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
        context_peak = max(context_peak, excluded.context_peak)`,
    );
    for (const [strand, { sum, firstAt, lastAt, contextPeak }] of folded)
      total.run(strand, firstAt, lastAt, contextPeak, ...MEASURES.map((name) => sum[name]));
  }

  #at(strand: Strand, at: number): Cell {
    const bucket = bucketOf(at);
    const last = this.#last;
    if (last?.strand === strand && last.bucket === bucket) return last;
    const key = bucket < LATE ? bucket * STRANDS + strand.id : `${bucket} ${strand.id}`;
    let cell = this.#cells.get(key);
    if (!cell) {
      // Nothing is earlier than the one and later than the other: a strand that only loses keeps what it has.
      cell = { strand, bucket, sum: noMeasures(), firstAt: Number.MAX_SAFE_INTEGER, lastAt: -1, contextPeak: 0 };
      this.#cells.set(key, cell);
    }
    this.#last = cell;
    return cell;
  }

  #lookAgain(strand: number): void {
    this.#driver.prepare('DELETE FROM total WHERE strand = ? AND entries = 0').run(strand);
    this.#driver
      .prepare(
        `UPDATE total SET (first_at, last_at, context_peak) = (
          SELECT min(first_at), max(last_at), coalesce(max(context), 0) FROM (
            SELECT min(at) AS first_at, max(at) AS last_at, max(context) AS context FROM call_measure WHERE strand = ?1
            UNION ALL
            SELECT min(first_at), max(last_at), max(context_peak) FROM folded WHERE strand = ?1
          )
        ) WHERE strand = ?1`,
      )
      .run(strand);
  }
}

function stretch(cell: Cell, at: number, context: number): void {
  if (at < cell.firstAt) cell.firstAt = at;
  if (at > cell.lastAt) cell.lastAt = at;
  if (context > cell.contextPeak) cell.contextPeak = context;
}
