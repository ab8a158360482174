import { parseNanoDecimal } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { answerActivity, answerQuery, CALLS, FIRST_CALL_AT, NOW } from '../../../test/fixture.ts';
import { sumFigures } from '../../figures.ts';
import { type PeriodSetting, periodOf, previousPart, stepsOf } from '../../period.ts';
import type { UsageAnswer } from '../../stores/usage.ts';
import { readView } from '../../url-state.ts';
import { buildUsage } from './model.ts';

const iso = (ms: number | undefined) => (ms === undefined ? {} : { at: new Date(ms).toISOString() });

function answerFor(search: string, tz = 'Europe/Berlin', calls = CALLS): UsageAnswer {
  const setting: PeriodSetting = {
    now: Date.parse(NOW),
    tz,
    weekStart: 'monday',
    firstCallAt: Date.parse(FIRST_CALL_AT),
  };
  const view = readView(search);
  const period = periodOf(view, setting);
  const ask = (by: string, since: number | undefined, until: number | undefined) =>
    answerQuery(
      new URLSearchParams({
        by,
        tz,
        ...(since === undefined ? {} : { since: iso(since).at ?? '' }),
        ...(until === undefined ? {} : { until: iso(until).at ?? '' }),
      }),
      calls,
    );
  const before = previousPart(period, setting);
  return {
    view,
    period,
    setting,
    main: ask(`${stepsOf(period, setting).unit},agent,model`, period.since, period.until),
    before: before && ask('agent', before.since, before.until),
    fullDays: ask('day,agent', setting.now - 8 * 86_400_000, setting.now),
    activity: answerActivity(new URLSearchParams()),
    sessions: undefined,
  };
}

describe('buildUsage()', () => {
  it.each(['Europe/Berlin', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kathmandu'])(
    'draws steps that add up to the server’s own totals in %s, whatever the period',
    (tz) => {
      for (const search of [
        '',
        '?w=day',
        '?w=week',
        '?w=all',
        '?at=2026-10',
        '?w=day&at=2026-10-25',
        '?from=2026-09-01&to=2026-11-20',
      ]) {
        const answer = answerFor(search, tz);
        const model = buildUsage(answer, undefined);
        const { totals } = answer.main;
        const steps = sumFigures(model.steps.map(({ figures }) => figures));
        expect([search, steps.tokens, steps.cost, model.total.cost]).toEqual([
          search,
          totals.tokens,
          parseNanoDecimal(totals.cost_usd ?? '0'),
          parseNanoDecimal(totals.cost_usd ?? '0'),
        ]);
      }
    },
  );

  it('compares with the same elapsed part of the period before', () => {
    const { change } = buildUsage(answerFor(''), undefined);
    expect(change?.label).toBe('Oct 1–21');
    expect(change?.ratio).toBeCloseTo(0.12, 4);
  });

  it('compares tokens where nothing has a price, and nothing with nothing', () => {
    const unpriced = CALLS.map((call) => ({ ...call, cost: undefined }));
    expect(buildUsage(answerFor('', undefined, unpriced), undefined).change?.ratio).toBeGreaterThan(0);
    const young = CALLS.filter(({ at }) => at >= Date.parse('2026-11-01T00:00:00+01:00'));
    expect(buildUsage(answerFor('', undefined, young), undefined).change?.ratio).toBeUndefined();
  });

  it('marks what is past, present and to come', () => {
    const { steps } = buildUsage(answerFor(''), undefined);
    expect(steps.filter(({ state }) => state === 'past')).toHaveLength(20);
    expect(steps.find(({ state }) => state === 'current')?.key).toBe('2026-11-21');
    expect(steps.filter(({ state }) => state === 'future')).toHaveLength(9);
  });
});
