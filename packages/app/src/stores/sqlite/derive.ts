/**
 * Rollups and totals as the calls (and what was folded of them) make them: the one definition that rebuilding writes and
 * verifying compares with.
 */
import { MEASURE_COLUMNS } from './schema.ts';

const SUMS = MEASURE_COLUMNS.map((column) => `sum(m.${column})`).join(', ');
const PLAIN = MEASURE_COLUMNS.map((column) => `m.${column} AS ${column}`).join(', ');

/** Rows as `rollup` holds them. */
export const DERIVED_ROLLUP = `SELECT m.bucket, s.agent, s.model, s.project, s.caller, ${SUMS} FROM (
    SELECT m.bucket AS bucket, m.strand AS strand, ${PLAIN} FROM call_measure m
    UNION ALL SELECT m.bucket, m.strand, ${PLAIN} FROM folded m
  ) m JOIN strand s ON s.id = m.strand GROUP BY 1, 2, 3, 4, 5`;

/** Rows as `total` holds them. */
export const DERIVED_TOTAL = `SELECT m.strand, min(m.first_at), max(m.last_at), max(m.context_peak), ${SUMS} FROM (
    SELECT m.strand AS strand, m.at AS first_at, m.at AS last_at, m.context AS context_peak, ${PLAIN} FROM call_measure m
    UNION ALL SELECT m.strand, m.first_at, m.last_at, m.context_peak, ${PLAIN} FROM folded m
  ) m GROUP BY 1`;

/** What calls before a bucket become in `folded`: `?` is the bucket. */
export const FOLDING = `SELECT m.bucket, m.strand, min(m.at), max(m.at), max(m.context), ${SUMS} FROM call_measure m
  WHERE m.bucket < ? GROUP BY 1, 2`;

/** Strands of threads in which something has come that nobody attributed yet: what they consumed is not told. */
const DUE = 'SELECT s.id FROM strand s JOIN attribution_due d ON d.thread = s.thread';

/** What was used and paid by strand: what attribution has to give out. */
export const BILLED = `SELECT strand, input, cache_read, cache_write_5m, cache_write_1h, output, unpriced_tokens,
  cost_input + cost_cache_read + cost_cache_write + cost_output + cost_other AS cost FROM total
  WHERE input + cache_read + cache_write_5m + cache_write_1h + output + cost_other > 0 AND strand NOT IN (${DUE})`;

/** The same as it was given out, packed (kept-sums.ts). */
export const ATTRIBUTED = `SELECT strand, sums FROM attribution WHERE strand NOT IN (${DUE}) ORDER BY strand`;
