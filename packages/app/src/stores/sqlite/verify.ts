/**
 * Checks the ledger against itself: the file, each invariant that rows can break, and every rollup against the calls. It
 * lists what it checked, says where it differs, and changes nothing.
 */
import type { VerifyReport } from '@tokenmeter/core';
import { MEASURES } from '@tokenmeter/core';
import { columnOf } from './column.ts';
import { DERIVED_ROLLUP, DERIVED_TOTAL } from './derive.ts';
import type { Driver } from './driver.ts';
import { REFERRING } from './references.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import { COUNTED } from './strands.ts';
import { countOwnersWithoutWord, countUnlikeBill } from './verify-attribution.ts';
import { DERIVED_EVENT_TOTAL } from './work/events.ts';

type Check = VerifyReport['checks'][number];

/** Findings on the file that are told; more of them tell nothing new. */
const FINDINGS = 3;

export function verify(driver: Driver): VerifyReport {
  // One snapshot for all checks, so that a writer beside us cannot make them differ.
  driver.exec('BEGIN');
  try {
    const calls = count(driver, 'SELECT count(*) AS n FROM call');
    const folded = count(driver, 'SELECT coalesce(sum(calls), 0) AS n FROM folded');
    const checks = [
      integrity(driver),
      references(driver),
      ...RULES.map((rule) => check(driver, rule)),
      checked(ATTRIBUTION, countUnlikeBill(driver), true),
      ...sameSums(driver),
    ];
    return { ok: checks.every((one) => one.ok), calls, folded, checks };
  } finally {
    driver.exec('COMMIT');
  }
}

const ATTRIBUTION = 'what consumed the tokens adds up to the calls, in every bucket and in money';

/** `broken` selects what breaks the rule; `differ` counts sums that are not those of the calls. */
type Rule = { readonly name: string } & ({ readonly broken: string } | { readonly differ: string });

const RULES: readonly Rule[] = [
  {
    name: 'buckets are never negative, reasoning is part of output',
    broken: `SELECT id FROM call WHERE input < 0 OR cache_read < 0 OR cache_write_5m < 0 OR cache_write_1h < 0
      OR output < 0 OR reasoning < 0 OR reasoning > output`,
  },
  {
    name: 'a call counts once',
    broken: `SELECT min(id) FROM call GROUP BY identity, agent, variant HAVING count(*) > 1
      UNION ALL SELECT c.id FROM call c JOIN strand s ON s.id = c.strand
      JOIN observation o ON o.call = c.id AND o.source = s.source`,
  },
  {
    name: 'a call without a price has no cost',
    broken: `SELECT c.id FROM call c JOIN strand s ON s.id = c.strand WHERE s.price = 0
      AND (cost_input <> 0 OR cost_cache_read <> 0 OR cost_cache_write <> 0 OR cost_output <> 0 OR cost_other <> 0)`,
  },
  {
    name: 'only reported spend goes uncounted',
    broken: `SELECT c.id FROM call c JOIN strand s ON s.id = c.strand WHERE s.flags & ${COUNTED} = 0 AND s.certainty <> 3`,
  },
  { name: 'rollups are the sum of their calls', differ: differing('rollup', DERIVED_ROLLUP) },
  { name: 'totals of sessions and threads are the sum of their calls', differ: differing('total', DERIVED_TOTAL) },
  {
    name: 'token events count something, input no less than its parts, a key once',
    broken: `SELECT seq FROM token_event WHERE (tokens_in IS NULL AND tokens_out IS NULL) OR tokens_in < 0 OR tokens_out < 0
      OR coalesce(tokens_in, 0) < coalesce(cache_read, 0) + coalesce(cache_write_5m, 0) + coalesce(cache_write_1h, 0)
      UNION ALL SELECT min(seq) FROM token_event WHERE key <> '' GROUP BY key HAVING count(*) > 1`,
  },
  { name: 'work refers to work that exists', broken: 'SELECT rowid FROM pragma_foreign_key_check()' },
  {
    name: 'sums of token events are the sum of their events',
    differ: differing('token_event_total', DERIVED_EVENT_TOTAL),
  },
];

/** Keys are unique in both, so that none of the one missing in the other and as many rows means the same rows. */
function differing(table: string, derived: string): string {
  return `WITH derived AS MATERIALIZED (${derived})
    SELECT (SELECT count(*) FROM (SELECT * FROM derived EXCEPT SELECT * FROM ${table}))
      + abs((SELECT count(*) FROM derived) - (SELECT count(*) FROM ${table})) AS n`;
}

function check(driver: Driver, rule: Rule): Check {
  const isSum = 'differ' in rule;
  return checked(rule.name, count(driver, isSum ? rule.differ : countOf(rule.broken)), isSum);
}

function checked(name: string, wrong: number, isSum: boolean): Check {
  if (wrong === 0) return { name, ok: true, detail: '' };
  const detail = isSum
    ? `${wrong} ${wrong === 1 ? 'sum differs' : 'sums differ'}`
    : `${wrong} ${wrong === 1 ? 'row breaks' : 'rows break'} this`;
  return { name, ok: false, detail, mendedBy: isSum ? 'rebuild' : 'restore' };
}

function integrity(driver: Driver): Check {
  const said = driver.prepare('PRAGMA integrity_check').all<{ integrity_check: string }>();
  const findings = said
    .map((row) => row.integrity_check.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== 'ok');
  if (findings.length === 0) return { name: 'the file is whole', ok: true, detail: '' };
  const more = findings.length > FINDINGS ? ` and ${findings.length - FINDINGS} more` : '';
  return {
    name: 'the file is whole',
    ok: false,
    detail: `${findings.slice(0, FINDINGS).join('; ')}${more}`,
    mendedBy: 'restore',
  };
}

/** Calls of strands, strands of sessions, anything of words: what a number stands for is there. */
function references(driver: Driver): Check {
  const name = 'rows name only calls, sessions, threads, sources and words that exist';
  const broken = REFERRING.map(({ table, broken }) => ({ table, n: count(driver, countOf(broken)) }));
  broken.push({ table: 'attribution', n: countOwnersWithoutWord(driver) });
  const detail = broken.flatMap(({ table, n }) => (n === 0 ? [] : [`${n} of ${table}`])).join(', ');
  return detail === ''
    ? { name, ok: true, detail }
    : { name, ok: false, detail: `not so: ${detail}`, mendedBy: 'restore' };
}

/** By model = by caller = by thread = by day = the calls, measure by measure. */
function sameSums(driver: Driver): Check[] {
  const sums = MEASURE_COLUMNS.map((column) => `coalesce(sum(${column}), 0) AS ${column}`).join(', ');
  const of = (from: string) =>
    driver.prepare(`SELECT ${sums} FROM ${from}`).get<Record<string, number | bigint>>() ?? {};
  const fromCalls = of(
    '(SELECT * FROM (SELECT '.concat(
      `${MEASURE_COLUMNS.join(', ')} FROM call_measure UNION ALL SELECT ${MEASURE_COLUMNS.join(', ')} FROM folded))`,
    ),
  );
  const places = [
    ['by time, agent, model, project and caller', of('rollup')],
    ['by session, thread and branch', of('total')],
  ] as const;
  return places.map(([name, summed]) => {
    const differs = MEASURES.filter((measure) => {
      const column = columnOf(measure);
      return BigInt(summed[column] ?? 0) !== BigInt(fromCalls[column] ?? 0);
    });
    return {
      name: `the sum ${name} is the sum of all calls`,
      ok: differs.length === 0,
      detail:
        differs.length === 0
          ? ''
          : `${differs.map(columnOf).join(', ')} ${differs.length === 1 ? 'differs' : 'differ'}`,
      ...(differs.length === 0 ? {} : { mendedBy: 'rebuild' as const }),
    };
  });
}

function countOf(rows: string): string {
  return `SELECT count(*) AS n FROM (${rows})`;
}

function count(driver: Driver, sql: string): number {
  return driver.prepare(sql).get<{ n: number }>()?.n ?? 0;
}
