/** The pace of money: when it is shown, over which span, and what a forecast may use before. */
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

const T0 = 1_800_000_000_000;
const MINUTE = 60_000;

describe('Pace', () => {
  it('shows nothing until there are two minutes of data, though a forecast may look earlier', () => {
    const pace = new Pace();
    pace.add(T0, 0, 10);
    pace.add(T0 + 30_000, 1_000_000, 0);
    expect(pace.shownNanoPerHour(T0 + 2 * MINUTE - 1)).toBeUndefined();
    expect(pace.nanoPerHour(T0 + MINUTE)).toBe(60_000_000);
    expect(pace.shownNanoPerHour(T0 + 2 * MINUTE)).toBe(30_000_000);
  });

  it('shows the mean of the last ten minutes, what is older left out', () => {
    const pace = new Pace();
    pace.add(T0, 9_000_000, 0);
    pace.add(T0 + 11 * MINUTE, 1_000_000, 0);
    expect(pace.shownNanoPerHour(T0 + 12 * MINUTE)).toBe(6_000_000);
  });

  it('shows nothing where nothing was spent', () => {
    expect(new Pace().shownNanoPerHour(T0)).toBeUndefined();
  });
});
