/**
 * A small ledger for the page tests: November 2026 in Berlin with the figures of the design ($468.18, 525M tokens, five
 * agents), October to compare with, and older months for all time. Answers the query language in plain loops.
 */
import {
  FILTER_KEYS,
  type FilterKey,
  type GroupKey,
  splitByLargestRemainder,
  startOfDay,
  type Totals,
  timeKey,
  type WireQueryResult,
  wireQueryResult,
} from '@tokenmeter/core';

export const NOW = '2026-11-21T14:32:08+01:00';
export const TZ = 'Europe/Berlin';
export const FIRST_CALL_AT = '2025-03-02T09:14:00+01:00';

export interface Call {
  /** An agent's own total, or a call that was cut. */
  readonly isInexact?: boolean;
  readonly at: number;
  readonly agent: string;
  readonly model: string;
  readonly project: string;
  readonly branch: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** Nano-dollars by type in that order; undefined where the model has no price. */
  readonly cost: readonly [bigint, bigint, bigint, bigint] | undefined;
}

/** Dollars of each day of November up to the 21st. */
const DAYS = [
  6.2, 18.9, 22.5, 25.8, 23.2, 28.1, 10.2, 6.4, 25.6, 29.4, 27.5, 24.8, 31.78, 9.2, 5.1, 28.84, 32.9, 27.2, 35, 30.6,
  18.42,
];

const MODELS: Readonly<Record<string, readonly (readonly [model: string, weight: bigint])[]>> = {
  'claude-code': [
    ['claude-opus-4-6', 78n],
    ['claude-sonnet-4-6', 19n],
    ['claude-haiku-4-5', 3n],
  ],
  opencode: [['claude-sonnet-4-6', 1n]],
  codex: [['gpt-5.3-codex', 1n]],
  'gemini-cli': [['gemini-3-pro', 1n]],
  cursor: [['claude-sonnet-4-6', 1n]],
};

/** Tokens and ten-thousandths of a dollar of November: input, cache read, cache write, output. */
const AGENTS: readonly (readonly [agent: string, tokens: readonly number[], money: readonly number[], days: RegExp])[] =
  [
    ['claude-code', [1_920_000, 248_500_000, 11_900_000, 3_840_000], [60_000, 1_242_725, 760_000, 980_000], /./],
    ['opencode', [840_000, 71_200_000, 5_900_000, 1_120_000], [20_000, 253_025, 205_000, 150_000], /^(?!8$|14$|15$)/],
    ['codex', [18_400_000, 121_600_000, 0, 2_310_000], [270_000, 112_925, 0, 230_000], /^(?!1$|8$|15$)/],
    [
      'gemini-cli',
      [8_500_000, 21_700_000, 0, 820_000],
      [130_000, 59_425, 0, 92_000],
      /^(4|5|6|9|1[0-3]|1[6-9]|2[01])$/,
    ],
    ['cursor', [2_100_000, 2_400_000, 0, 310_000], [54_200, 17_000, 0, 45_500], /^(2|3|6|9|10|12|18|19)$/],
  ];

const PROJECTS = ['/home/ana/code/ledger-api', '/home/ana/code/storefront', '/home/ana/code/docs', ''];
const RUNS: Readonly<Record<string, number>> = {
  'claude-code': 142,
  codex: 88,
  opencode: 51,
  'gemini-cli': 37,
  cursor: 19,
};

export const CALLS: readonly Call[] = [...november(), ...unpriced(), ...earlier()];

/** Answers GET /api/query from the given calls. */
export function answerQuery(parameters: URLSearchParams, calls: readonly Call[] = CALLS, now = NOW): WireQueryResult {
  const tz = parameters.get('tz') ?? TZ;
  const by = (parameters.get('by') ?? '').split(',').filter((word) => word !== '') as GroupKey[];
  const [since, until] = ['since', 'until'].map((name) => {
    const text = parameters.get(name);
    return text === null ? null : Date.parse(text);
  }) as [number | null, number | null];
  const kept = calls.filter(
    (call) => isWithin(call, since, until) && FILTER_KEYS.every((key) => passes(call, key, parameters)),
  );
  const groups = new Map<string, { readonly key: Record<string, string>; readonly calls: Call[] }>();
  for (const call of kept) {
    const key = Object.fromEntries(by.map((name) => [name, keyOf(call, name, tz)]));
    const id = Object.values(key).join('\0');
    const group = groups.get(id) ?? { key, calls: [] };
    group.calls.push(call);
    groups.set(id, group);
  }
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({ key: group.key, ...totalsOf(group.calls) }));
  return wireQueryResult({ since, until, tz, totals: totalsOf(kept), rows }, Date.parse(now));
}

/** Runs by agent of the whole of November; other periods tell a tenth. */
export function answerActivity(parameters: URLSearchParams) {
  const isNovember = parameters.get('since') === '2026-10-31T23:00:00.000Z';
  const byAgent = Object.entries(RUNS).map(([agent, runs]) => ({
    agent,
    runs: isNovember ? runs : Math.ceil(runs / 10),
    turns: runs * 4,
  }));
  return { by_agent: byAgent, runs: byAgent.reduce((sum, { runs }) => sum + runs, 0), turns: 1348 };
}

function* november(): Generator<Call> {
  const days = DAYS.map((_, index) => index + 1);
  const left = DAYS.map((dollars) => BigInt(Math.round(dollars * 10_000)));
  // The smaller agents take their part of each day; the first takes what is left, so that the days are the days.
  const spread = AGENTS.slice(1).map(([agent, tokens, money, pattern]) => {
    const weights = days.map((day, index) => (pattern.test(String(day)) ? (left[index] ?? 0n) : 0n));
    return { agent, tokens, money, weights };
  });
  for (const { money, weights } of spread) {
    const whole = BigInt(money.reduce((a, b) => a + b, 0));
    splitByLargestRemainder(whole, weights).forEach((part, index) => {
      left[index] = (left[index] ?? 0n) - part;
    });
  }
  const [first] = AGENTS;
  if (first) spread.unshift({ agent: first[0], tokens: first[1], money: first[2], weights: left });
  for (const { agent, tokens, money, weights } of spread) {
    const tokenDays = tokens.map((whole) => splitByLargestRemainder(BigInt(whole), weights));
    const moneyDays = money.map((whole) => splitByLargestRemainder(BigInt(whole) * 100_000n, weights));
    for (const [index, day] of days.entries()) {
      const part = (parts: readonly bigint[][], type: number) => parts[type]?.[index] ?? 0n;
      yield* hoursOf(
        agent,
        day,
        [0, 1, 2, 3].map((type) => part(tokenDays, type)),
        [0, 1, 2, 3].map((type) => part(moneyDays, type)),
      );
    }
  }
}

/** A day's work in its hours and models; the 21st is not over. */
function* hoursOf(agent: string, day: number, tokens: readonly bigint[], money: readonly bigint[]): Generator<Call> {
  const hours = day === 21 ? [9, 10, 11, 13, 14] : [9, 10, 11, 12, 14, 15, 16, 17, 20];
  const models = MODELS[agent] ?? [];
  const weights = hours.flatMap((hour) => models.map(([, weight]) => weight * BigInt(1 + ((hour * day) % 4))));
  const [t, m] = [tokens, money].map((wholes) => wholes.map((whole) => splitByLargestRemainder(whole, weights)));
  const midnight = startOfDay(`2026-11-${String(day).padStart(2, '0')}`, TZ);
  for (const [index] of weights.entries()) {
    const hour = hours[Math.floor(index / models.length)] ?? 9;
    const amount = (parts: bigint[][] | undefined, type: number) => parts?.[type]?.[index] ?? 0n;
    const [input, cacheRead, cacheWrite, output] = [0, 1, 2, 3].map((type) => Number(amount(t, type)));
    if (!input && !cacheRead && !output) continue;
    yield {
      at: midnight + hour * 3_600_000 + 20 * 60_000,
      agent,
      model: models[index % models.length]?.[0] ?? '',
      project: PROJECTS[(hour + day + agent.length) % PROJECTS.length] ?? '',
      branch: hour % 2 === 0 ? 'main' : 'feat/wal',
      input: input ?? 0,
      cacheRead: cacheRead ?? 0,
      cacheWrite: cacheWrite ?? 0,
      output: output ?? 0,
      cost: [amount(m, 0), amount(m, 1), amount(m, 2), amount(m, 3)],
    };
  }
}

/** 1.9M tokens of a model without a price. */
function unpriced(): Call[] {
  return [9, 17, 20].map((day, index) => ({
    at: startOfDay(`2026-11-${String(day).padStart(2, '0')}`, TZ) + 11 * 3_600_000,
    agent: 'gemini-cli',
    model: 'gemini-3-flash-preview',
    project: PROJECTS[2] ?? '',
    branch: 'main',
    input: index === 0 ? 500_000 : 300_000,
    cacheRead: index === 0 ? 300_000 : 200_000,
    cacheWrite: 0,
    output: index === 0 ? 40_000 : 30_000,
    cost: undefined,
  }));
}

/** October, $418.02 by the clock of the 21st, and something in each month since the first call. */
function* earlier(): Generator<Call> {
  const month = (at: number, dollars: number): Call => ({
    at,
    agent: 'claude-code',
    model: 'claude-opus-4-6',
    project: PROJECTS[0] ?? '',
    branch: 'main',
    input: Math.round(dollars * 4_000),
    cacheRead: Math.round(dollars * 900_000),
    cacheWrite: Math.round(dollars * 40_000),
    output: Math.round(dollars * 14_000),
    cost: [15n, 40n, 20n, 25n].map((share) => (BigInt(Math.round(dollars * 10_000)) * 100_000n * share) / 100n) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ],
  });
  const october = startOfDay('2026-10-01', TZ);
  for (let day = 0; day < 31; day++) yield month(october + day * 86_400_000 + 11 * 3_600_000, 418.02 / 21);
  yield month(Date.parse(FIRST_CALL_AT), 12);
  for (let index = 3; index < 21; index++) {
    const key = `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-15`;
    if (index < 21) yield month(startOfDay(key, TZ) + 12 * 3_600_000, 90 + ((index * 37) % 160));
  }
}

function isWithin({ at }: Call, since: number | null, until: number | null): boolean {
  return (since === null || at >= since) && (until === null || at < until);
}

function passes(call: Call, key: FilterKey, parameters: URLSearchParams): boolean {
  const value = keyOf(call, key, TZ);
  const list = (name: string) =>
    parameters
      .get(name)
      ?.split(/(?<!\\),/)
      .map((word) => word.replaceAll('\\,', ','));
  return (list(key)?.includes(value) ?? true) && !(list(`-${key}`)?.includes(value) ?? false);
}

function keyOf(call: Call, key: GroupKey, tz: string): string {
  if (key === 'hour' || key === 'day' || key === 'week' || key === 'month') return timeKey(key, call.at, tz);
  if (key === 'agent' || key === 'model' || key === 'project' || key === 'branch') return call[key];
  return '';
}

function totalsOf(calls: readonly Call[]): Totals {
  const sum = (value: (call: Call) => number) => calls.reduce((total, call) => total + value(call), 0);
  const money = (type: 0 | 1 | 2 | 3) => calls.reduce((total, { cost }) => total + (cost?.[type] ?? 0n), 0n);
  const cost = { input: money(0), cacheRead: money(1), cacheWrite: money(2), output: money(3), other: 0n };
  const tokens = (call: Call) => call.input + call.cacheRead + call.cacheWrite + call.output;
  const isPriced = calls.length === 0 || calls.some((call) => call.cost !== undefined);
  return {
    calls: calls.length,
    usage: {
      input: sum((call) => call.input),
      cacheRead: sum((call) => call.cacheRead),
      cacheWrite5m: sum((call) => call.cacheWrite),
      cacheWrite1h: 0,
      output: sum((call) => call.output),
    },
    reasoningComplete: true,
    toolCalls: 0,
    costNano: isPriced ? cost.input + cost.cacheRead + cost.cacheWrite + cost.output : null,
    cost,
    unpricedTokens: sum((call) => (call.cost === undefined ? tokens(call) : 0)),
    inexactTokens: sum((call) => (call.isInexact ? tokens(call) : 0)),
  };
}
