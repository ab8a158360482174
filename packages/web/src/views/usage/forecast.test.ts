import { describe, expect, it } from 'vitest';
import { forecast, type Spend } from './forecast.ts';

const dollars = (amount: number) => BigInt(Math.round(amount * 100)) * 10_000_000n;
const NOVEMBER: Spend = {
  beforeToday: dollars(449.76),
  today: dollars(18.42),
  fullDays: Array.from({ length: 7 }, () => dollars(24.12)),
  daysLeft: 9,
  days: [...Array.from({ length: 20 }, () => dollars(22.488)), dollars(18.42)],
  cap: dollars(600),
  isEnded: false,
};

describe('forecast()', () => {
  it('adds the larger of today and the pace, then the pace for each day left', () => {
    expect(forecast(NOVEMBER)).toEqual({ kind: 'passing', total: dollars(449.76 + 24.12 * 10), capInDays: 6 });
    expect(forecast({ ...NOVEMBER, today: dollars(50) })).toMatchObject({ total: dollars(449.76 + 50 + 24.12 * 9) });
  });

  it('stays under a cap that the pace does not reach, its very number included', () => {
    expect(forecast({ ...NOVEMBER, cap: dollars(690.96) })).toMatchObject({ kind: 'under' });
    expect(forecast({ ...NOVEMBER, cap: dollars(690.95) })).toMatchObject({ kind: 'passing', capInDays: 9 });
  });

  it('passes the cap today when the pace of today does', () => {
    expect(forecast({ ...NOVEMBER, cap: dollars(470) })).toMatchObject({ kind: 'passing', capInDays: 0 });
  });

  it('says nothing of a cap that is not set', () => {
    expect(forecast({ ...NOVEMBER, cap: undefined })).toMatchObject({ kind: 'uncapped' });
  });

  it('finds the day on which a cap was passed', () => {
    const days = [dollars(100), dollars(0), dollars(150), dollars(10)];
    const spend = { ...NOVEMBER, beforeToday: dollars(250), today: dollars(10), days };
    expect(forecast({ ...spend, cap: dollars(200) })).toMatchObject({ kind: 'passed', onDay: 2 });
    expect(forecast({ ...spend, cap: dollars(250) })).toMatchObject({ kind: 'passed', onDay: 3 });
  });

  it('is too early with two full days, not with three', () => {
    expect(forecast({ ...NOVEMBER, fullDays: [1n, 1n] })).toEqual({ kind: 'early' });
    expect(forecast({ ...NOVEMBER, fullDays: [1n, 1n, 1n] })).not.toEqual({ kind: 'early' });
  });

  it('tells an ended period by what it was over or under', () => {
    const ended = { ...NOVEMBER, beforeToday: dollars(734), today: 0n, isEnded: true };
    expect(forecast(ended)).toEqual({ kind: 'over-at-end', by: dollars(134) });
    expect(forecast({ ...ended, beforeToday: dollars(412) })).toEqual({ kind: 'under-at-end', by: dollars(188) });
    expect(forecast({ ...ended, cap: undefined })).toBeUndefined();
  });
});
