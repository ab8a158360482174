/**
 * What a batch changes in rollups and totals, gathered in memory and written once at its end, in the same transaction as
 * the calls. Additive figures are deltas; first, last and largest cannot be taken back, so a strand that lost something
 * is looked at again.
 */
import type { Measures } from '@tokenmeter/core';
import { addMeasures, bucketOf, MEASURES, noMeasures } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { Strand } from './strands.ts';

/** More than the cubes of any batch; a bucket's number times this is still exact. */
const CUBES = 2 ** 24;

interface Total extends Measures {
  firstAt: number;
  lastAt: number;
  contextPeak: number;
}

interface Cell {
  readonly key: readonly [bucket: number, agent: number, model: number, project: number, caller: number];
  readonly sum: Measures;
}

const ADDED = MEASURE_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
const HOLES = MEASURE_COLUMNS.map(() => '?').join(', ');

export class Cells {
  readonly #driver: Driver;
  /** By bucket and cube, as one number. */
  readonly #rollups = new Map<number, Cell>();
  /** Numbers for what a rollup keeps of a strand, good while this batch lasts; by strand and by its four fields. */
  readonly #cubes = new Map<number, number>();
  readonly #cubeNames = new Map<string, number>();
  readonly #totals = new Map<number, Total>();
  readonly #lost = new Set<number>();
  #last: { strand: Strand; bucket: number; cell: Cell; total: Total } | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  clear(): void {
    this.#rollups.clear();
    this.#cubes.clear();
    this.#cubeNames.clear();
    this.#totals.clear();
    this.#lost.clear();
    this.#last = undefined;
  }

  add(strand: Strand, at: number, measures: Measures, contextTokens: number): void {
    const { cell, total } = this.#at(strand, at);
    addMeasures(cell.sum, measures);
    addMeasures(total, measures);
    if (at < total.firstAt) total.firstAt = at;
    if (at > total.lastAt) total.lastAt = at;
    if (contextTokens > total.contextPeak) total.contextPeak = contextTokens;
  }

  remove(strand: Strand, at: number, measures: Measures): void {
    const { cell, total } = this.#at(strand, at);
    addMeasures(cell.sum, measures, -1);
    addMeasures(total, measures, -1);
    this.#lost.add(strand.id);
  }

  addToolCalls(strand: Strand, at: number, count: number): void {
    const { cell, total } = this.#at(strand, at);
    cell.sum.toolCalls += count;
    total.toolCalls += count;
  }

  /** Whether `flush` must look at calls again by strand. */
  get hasLosses(): boolean {
    return this.#lost.size > 0;
  }

  flush(): void {
    const rollup = this.#driver.prepare(
      `INSERT INTO rollup VALUES (?, ?, ?, ?, ?, ${HOLES}) ON CONFLICT DO UPDATE SET ${ADDED}`,
    );
    const empty = this.#driver.prepare(
      'DELETE FROM rollup WHERE bucket = ? AND agent = ? AND model = ? AND project = ? AND caller = ? AND entries = 0',
    );
    for (const { key, sum } of [...this.#rollups.values()].sort((a, b) => a.key[0] - b.key[0])) {
      if (MEASURES.every((name) => sum[name] === 0)) continue;
      rollup.run(...key, ...MEASURES.map((name) => sum[name]));
      if (sum.entries < 0) empty.run(...key);
    }
    const total = this.#driver.prepare(
      `INSERT INTO total VALUES (?, ?, ?, ?, ${HOLES}) ON CONFLICT DO UPDATE SET ${ADDED},
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
        context_peak = max(context_peak, excluded.context_peak)`,
    );
    for (const [strand, sum] of this.#totals)
      total.run(strand, sum.firstAt, sum.lastAt, sum.contextPeak, ...MEASURES.map((name) => sum[name]));
    for (const strand of this.#lost) this.#lookAgain(strand);
    this.clear();
  }

  #at(strand: Strand, at: number): { cell: Cell; total: Total } {
    const bucket = bucketOf(at);
    if (this.#last?.strand === strand && this.#last.bucket === bucket) return this.#last;
    const key = bucket * CUBES + this.#cubeOf(strand);
    let cell = this.#rollups.get(key);
    if (!cell) {
      cell = { key: [bucket, strand.agent, strand.model, strand.project, strand.caller], sum: noMeasures() };
      this.#rollups.set(key, cell);
    }
    let total = this.#totals.get(strand.id);
    if (!total) {
      // Nothing is earlier than the one and later than the other, so that a total that only loses keeps what it has.
      total = { ...noMeasures(), firstAt: Number.MAX_SAFE_INTEGER, lastAt: -1, contextPeak: 0 };
      this.#totals.set(strand.id, total);
    }
    this.#last = { strand, bucket, cell, total };
    return this.#last;
  }

  #cubeOf(strand: Strand): number {
    const known = this.#cubes.get(strand.id);
    if (known !== undefined) return known;
    const name = `${strand.agent},${strand.model},${strand.project},${strand.caller}`;
    const cube = this.#cubeNames.get(name) ?? this.#cubeNames.size;
    this.#cubeNames.set(name, cube);
    this.#cubes.set(strand.id, cube);
    return cube;
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
