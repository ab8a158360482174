/**
 * How fast each hot path is, measured here and now on logs made for the purpose: `npm run bench [-- NAME ...] [--large]`.
 * Figures are medians of several rounds with CPU time beside them; ratios (per operation, per megabyte) travel between
 * machines better than times do. It asserts nothing: a bench informs, a test decides.
 */
import { parseArgs } from 'node:util';
import { benchAppend } from './append.ts';
import { benchAttribution } from './attribution.ts';
import { benchFold } from './fold.ts';
import { benchLive } from './live.ts';
import { benchPricing } from './pricing.ts';
import { benchQueries } from './queries.ts';
import { benchReading } from './reading.ts';
import { benchWork } from './work.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { large: { type: 'boolean', default: false } },
});
const benches: Record<string, () => Promise<void>> = {
  reading: () => benchReading(values.large ? 500_000_000 : 60_000_000),
  pricing: benchPricing,
  fold: benchFold,
  append: benchAppend,
  attribution: () => benchAttribution(values.large ? 2_000_000_000 : 60_000_000),
  work: benchWork,
  live: () => benchLive(values.large ? 600 : 20),
  queries: () => benchQueries(values.large ? [1_000_000, 10_000_000] : [1_000_000]),
};
const unknown = positionals.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`Cannot run ${unknown.join(', ')}: there is ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length === 0 || positionals.includes(name)) await bench();
}
