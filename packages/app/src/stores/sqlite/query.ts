/**
 * Answers the one query language. From the rollup where time, agent, model, project and caller are enough, from the
 * totals of strands where time is not asked, else from the calls and what was folded of them. All three are sums of the
 * same measures, so they cannot disagree; edges inside a 15-minute bucket are always read from the calls.
 */
import type {
  AttributionSums,
  GroupKey,
  Measures,
  OffsetSegment,
  PieceKind,
  Query,
  QueryResult,
  Row,
  TimeUnit,
} from '@tokenmeter/core';
import {
  BUCKET_MS,
  dayKeyOf,
  hourKeyIn,
  isTool,
  isZone,
  MEASURES,
  monthKeyOf,
  offsetSegments,
  sumNano,
  sumTokens,
  TIME_UNITS,
  TokenmeterError,
  totalsOf,
  weekKeyOf,
} from '@tokenmeter/core';
import { columnOf } from './column.ts';
import type { Condition } from './conditions.ts';
import { conditionsOf, filtersOf, whereOf } from './conditions.ts';
import type { Driver } from './driver.ts';
import { OwnerSums } from './kept-sums.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { Words } from './words.ts';

type Sums = Record<keyof Measures, number | bigint>;
type Answer = Record<string, number | bigint>;

/** A place to sum from: rows with the measures, an instant `t` where it has one, and the columns of a strand. */
interface Origin {
  readonly from: string;
  /** Prefix of agent, model, project, caller ... */
  readonly dims: string;
  /** SQL of the row's instant; '' where the origin knows none. */
  readonly time: string;
  readonly conditions: readonly Condition[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A log's nonsense instants must not make us look for a thousand years of clock changes. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ROLLED: readonly string[] = ['agent', 'model', 'project', 'caller'];
const SUMS = MEASURE_COLUMNS.map((column) => `sum(m.${column}) AS ${column}`).join(', ');

export function answer(driver: Driver, words: Words, query: Query): QueryResult {
  // Rows and totals are several questions: a writer beside us must not come between them.
  return driver.read(() => answerAtOnce(driver, words, query));
}

function answerAtOnce(driver: Driver, words: Words, query: Query): QueryResult {
  if (!isZone(query.tz))
    throw new TokenmeterError(
      'bad-query',
      `Cannot group by time: no zone is called "${query.tz}", use a name like "Europe/Berlin"`,
    );
  const plain = query.by.filter((key) => key !== 'tool');
  const totals = sum(driver, words, query, []);
  const rows = query.by.includes('tool')
    ? toolRows(driver, words, query)
    : plain.length === 0
      ? totals.filter((row) => row.sums.entries !== 0)
      : sum(driver, words, query, plain);
  return {
    since: query.since ?? null,
    until: query.until ?? null,
    tz: query.tz,
    totals: totalsOf(totals[0]?.sums ?? noSums()),
    rows: sorted(
      rows.map(({ key, sums }) => ({ key, ...totalsOf(sums) })),
      query.by,
    ),
  };
}

interface Summed {
  readonly key: Readonly<Record<string, string>>;
  readonly sums: Sums;
}

function sum(driver: Driver, words: Words, query: Query, by: readonly GroupKey[]): Summed[] {
  const folded = new Map<string, Summed>();
  for (const origin of originsOf(query, by)) {
    const groups = groupsOf(driver, query, by, origin);
    const where = whereOf([...origin.conditions, ...conditionsOf(driver, query, origin.dims)]);
    const columns = groups.map((group, index) => `${group.sql} AS g${index}`);
    const sql = `SELECT ${[...columns, SUMS].join(', ')} FROM ${origin.from} ${where.sql}
      ${groups.length > 0 ? `GROUP BY ${groups.map((_, index) => index + 1).join(', ')}` : ''}`;
    for (const row of driver.prepare(sql).all<Answer>(...where.values))
      fold(folded, keyOf(groups, row, words, driver), sumsOf(row));
  }
  return [...folded.values()];
}

/** Where the rows come from. Several where a span begins or ends inside a bucket. */
function originsOf(query: Query, by: readonly GroupKey[]): Origin[] {
  const asked = [...by, ...filtersOf(query)];
  const isTimed = query.since !== undefined || query.until !== undefined || by.some(isTime);
  if (!isTimed) return [{ from: 'total m JOIN strand s ON s.id = m.strand', dims: 's.', time: '', conditions: [] }];
  if (!asked.every((key) => ROLLED.includes(key) || isTime(key))) return detailOf(query.since, query.until);
  const first = query.since === undefined ? undefined : Math.ceil(query.since / BUCKET_MS);
  const last = query.until === undefined ? undefined : Math.floor(query.until / BUCKET_MS);
  if (first !== undefined && last !== undefined && first > last) return detailOf(query.since, query.until);
  const origins: Origin[] = [
    {
      from: 'rollup m',
      dims: 'm.',
      time: `m.bucket * ${BUCKET_MS}`,
      conditions: [
        ...(first === undefined ? [] : [{ sql: 'm.bucket >= ?', values: [first] }]),
        ...(last === undefined ? [] : [{ sql: 'm.bucket < ?', values: [last] }]),
      ],
    },
  ];
  if (query.since !== undefined && first !== undefined && first * BUCKET_MS > query.since)
    origins.push(...detailOf(query.since, first * BUCKET_MS));
  if (query.until !== undefined && last !== undefined && last * BUCKET_MS < query.until)
    origins.push(...detailOf(last * BUCKET_MS, query.until));
  return origins;
}

/** The calls themselves, and what was folded: that is known to a bucket and lies where its bucket begins. */
function detailOf(since: number | undefined, until: number | undefined): Origin[] {
  const between = (time: string): Condition[] => [
    ...(since === undefined ? [] : [{ sql: `${time} >= ?`, values: [since] }]),
    ...(until === undefined ? [] : [{ sql: `${time} < ?`, values: [until] }]),
  ];
  const buckets: Condition[] = [
    ...(since === undefined ? [] : [{ sql: 'm.bucket >= ?', values: [Math.ceil(since / BUCKET_MS)] }]),
    ...(until === undefined ? [] : [{ sql: 'm.bucket < ?', values: [Math.ceil(until / BUCKET_MS)] }]),
  ];
  return [
    { from: 'call_measure m JOIN strand s ON s.id = m.strand', dims: 's.', time: 'm.at', conditions: between('m.at') },
    {
      from: 'folded m JOIN strand s ON s.id = m.strand',
      dims: 's.',
      time: `m.bucket * ${BUCKET_MS}`,
      conditions: buckets,
    },
  ];
}

interface Group {
  readonly key: GroupKey;
  readonly sql: string;
  /** What a value of the column is called, where that needs more than the ledger's names. */
  readonly name?: (value: number) => string;
}

function groupsOf(driver: Driver, query: Query, by: readonly GroupKey[], origin: Origin): Group[] {
  return by.map((key) => {
    if (!isTime(key)) return { key, sql: `${origin.dims}${key}` };
    const segments = segmentsOf(driver, query);
    const local = `(${origin.time} + ${bySegment(segments, origin.time, ({ offsetMs }) => offsetMs)})`;
    // Weeks begin on Monday, day 0 was a Thursday; months are folded from days below.
    if (key === 'hour') return hourGroup(segments, origin.time, local, query.tz);
    return { key, sql: key === 'week' ? floorSql(`(${local} + ${3 * DAY})`, 7 * DAY) : floorSql(local, DAY) };
  });
}

/** Integer division that rounds down before 1970 as well. */
function floorSql(value: string, by: number): string {
  const shift = 100_000_000;
  return `((${value} + ${shift * by}) / ${by} - ${shift})`;
}

/** An hour comes twice where the clock goes back: which stretch it lies in is a part of the number. */
function hourGroup(segments: readonly OffsetSegment[], time: string, local: string, tz: string): Group {
  const count = segments.length;
  return {
    key: 'hour',
    sql: `(${floorSql(local, HOUR)} * ${count} + ${bySegment(segments, time, (_, index) => index)})`,
    name: (value) => {
      const hour = Math.floor(value / count);
      return hourKeyIn(hour, segments[value - hour * count]?.offsetMs ?? 0, tz);
    },
  };
}

/** The stretches between clock changes that the question's rows can lie in. */
function segmentsOf(driver: Driver, query: Query): OffsetSegment[] {
  const range = driver
    .prepare('SELECT min(bucket) AS first, max(bucket) AS last FROM rollup')
    .get<{ first: number | null; last: number | null }>();
  const since = Math.max(query.since ?? 0, (range?.first ?? 0) * BUCKET_MS, EARLIEST);
  const until = Math.min(query.until ?? LATEST, ((range?.last ?? 0) + 1) * BUCKET_MS, LATEST);
  return offsetSegments(since, Math.max(since, until), query.tz);
}

/** A number by the stretch that a row's instant lies in. */
function bySegment(
  segments: readonly OffsetSegment[],
  time: string,
  value: (segment: OffsetSegment, index: number) => number,
): string {
  const [first = 0, ...others] = segments.map(value);
  if (others.length === 0) return String(first);
  const cases = others.map((other, index) => `WHEN ${time} >= ${segments[index + 1]?.since} THEN ${other}`).reverse();
  return `CASE ${cases.join(' ')} ELSE ${first} END`;
}

function keyOf(groups: readonly Group[], row: Answer, words: Words, driver: Driver): Record<string, string> {
  const key: Record<string, string> = {};
  for (const [index, group] of groups.entries()) {
    const value = Number(row[`g${index}`]);
    key[group.key] = group.name?.(value) ?? nameOf(group.key, value, words, driver);
  }
  return key;
}

function nameOf(key: GroupKey, value: number, words: Words, driver: Driver): string {
  switch (key) {
    case 'day':
      return dayKeyOf(value);
    case 'week':
      return weekKeyOf(value * 7);
    case 'month':
      return monthKeyOf(value);
    case 'session':
      return nameIn(driver, 'SELECT session_id AS name FROM session WHERE id = ?', value);
    case 'thread':
      return nameIn(driver, 'SELECT thread_id AS name FROM thread WHERE id = ?', value);
    default:
      return words.text(value);
  }
}

function nameIn(driver: Driver, sql: string, id: number): string {
  return driver.prepare(sql).get<{ name: string }>(id)?.name ?? '';
}

/**
 * Tool calls by name, in the groups of the calls that asked for them, with the tokens that were attributed to them. Where
 * a span cuts a bucket those are not summed: all zero then. Their cost is known whole, not by bucket: it stands in `other`.
 */
function toolRows(driver: Driver, words: Words, query: Query): Summed[] {
  const plain = query.by.filter((key) => key !== 'tool');
  const folded = new Map<string, Summed>();
  for (const origin of detailOf(query.since, query.until)) {
    const isFolded = origin.from.startsWith('folded');
    const tools = isFolded
      ? 'folded_tool m JOIN strand s ON s.id = m.strand'
      : 'tool_call t JOIN call m ON m.id = t.call JOIN strand s ON s.id = m.strand';
    const owner = isFolded ? 'm' : 't';
    const groups = groupsOf(driver, query, plain, origin);
    const where = whereOf([...origin.conditions, ...conditionsOf(driver, query, 's.')]);
    const columns = groups.map((group, index) => `${group.sql} AS g${index}`);
    const sql = `SELECT ${[...columns, `${owner}.name AS name`, `${owner}.kind AS kind`].join(', ')},
        ${isFolded ? 'sum(m.tool_calls)' : 'count(*)'} AS n
      FROM ${tools} ${where.sql} GROUP BY ${[...columns, 0, 0].map((_, index) => index + 1).join(', ')}`;
    for (const row of driver.prepare(sql).all<Answer>(...where.values)) {
      const key = {
        ...keyOf(groups, row, words, driver),
        tool: words.text(Number(row.name)),
        kind: words.text(Number(row.kind)),
      };
      fold(folded, key, { ...noSums(), toolCalls: Number(row.n) });
    }
  }
  if ([query.since, query.until].every((at) => at === undefined || at % BUCKET_MS === 0))
    for (const { key, sums } of attributedTools(driver, words, query, plain)) fold(folded, key, sums);
  return [...folded.values()];
}

function attributedTools(driver: Driver, words: Words, query: Query, plain: readonly GroupKey[]): Summed[] {
  const conditions: Condition[] = [
    ...(query.since === undefined ? [] : [{ sql: 'm.bucket >= ?', values: [query.since / BUCKET_MS] }]),
    ...(query.until === undefined ? [] : [{ sql: 'm.bucket < ?', values: [query.until / BUCKET_MS] }]),
  ];
  const from = 'attribution m JOIN strand s ON s.id = m.strand';
  const origin: Origin = { from, dims: 's.', time: `m.bucket * ${BUCKET_MS}`, conditions };
  const groups = groupsOf(driver, query, plain, origin);
  const where = whereOf([...conditions, ...conditionsOf(driver, query, 's.')]);
  const columns = groups.map((group, index) => `${group.sql} AS g${index}`);
  const sql = `SELECT ${[...columns, 'm.sums AS sums'].join(', ')} FROM ${from} ${where.sql}`;
  const places = new Map<string, { row: Answer; sums: OwnerSums }>();
  for (const { sums, ...row } of driver.prepare(sql).all<Answer & { sums: Uint8Array }>(...where.values)) {
    const key = Object.values(row).join();
    const place = places.get(key) ?? { row, sums: new OwnerSums() };
    places.set(key, place);
    place.sums.add(sums);
  }
  return [...places.values()].flatMap((place) =>
    place.sums.all().flatMap(({ kind, name, sums }) => {
      const owner = { kind: words.text(kind) as PieceKind, name: words.text(name) }; // as -- written from a PieceKind
      if (!isTool(owner)) return [];
      const key = { ...keyOf(groups, place.row, words, driver), tool: owner.name, kind: owner.kind };
      return [{ key, sums: measuresOf(sums) }];
    }),
  );
}

function measuresOf(sums: AttributionSums): Sums {
  return {
    ...noSums(),
    input: sums.enteredInput + sums.carriedInput,
    cacheRead: sums.enteredCacheRead + sums.carriedCacheRead,
    cacheWrite5m: sums.enteredCacheWrite5m + sums.carriedCacheWrite5m,
    cacheWrite1h: sums.enteredCacheWrite1h + sums.carriedCacheWrite1h,
    output: sums.output,
    costOther: sumNano(sums),
    unpricedTokens: sums.unpricedTokens,
    priced: sums.unpricedTokens < sumTokens(sums) ? 1 : 0,
  };
}

/** A day twice (from an edge and the middle), days of one month: one row. */
function fold(into: Map<string, Summed>, key: Record<string, string>, sums: Sums): void {
  const text = Object.values(key).join('\0');
  const known = into.get(text);
  if (!known) {
    into.set(text, { key, sums });
    return;
  }
  for (const name of MEASURES) known.sums[name] = plus(known.sums[name], sums[name]);
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
  return BigInt(a) + BigInt(b);
}

function sumsOf(row: Answer): Sums {
  const sums = noSums();
  for (const name of MEASURES) sums[name] = row[columnOf(name)] ?? 0;
  return sums;
}

function noSums(): Sums {
  return Object.fromEntries(MEASURES.map((name) => [name, 0])) as Sums; // one entry for each measure
}

function sorted(rows: Row[], by: readonly GroupKey[]): Row[] {
  return rows.sort((a, b) => {
    for (const key of [...by, 'kind']) {
      const [left, right] = [a.key[key] ?? '', b.key[key] ?? ''];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}

function isTime(key: string): key is TimeUnit {
  return TIME_UNITS.some((unit) => unit === key);
}
