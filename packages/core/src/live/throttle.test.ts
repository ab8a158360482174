import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Throttle } from './throttle.ts';

const sum = (a: number, b: number) => a + b;

/** Plays offers at instants against a clock that wakes when something is due. */
function play(offers: readonly { readonly at: number; readonly value: number }[]): { at: number; value: number }[] {
  const throttle = new Throttle<number>(250, sum);
  const frames: { at: number; value: number }[] = [];
  const push = (at: number, value: number | undefined) => {
    if (value !== undefined) frames.push({ at, value });
  };
  for (const { at, value } of offers) {
    const due = throttle.dueAt;
    if (due !== undefined && due <= at) push(due, throttle.take(due));
    push(at, throttle.offer(value, at));
  }
  const due = throttle.dueAt;
  if (due !== undefined) push(due, throttle.take(due));
  return frames;
}

describe('Throttle', () => {
  it('makes at most five frames of 1,000 deltas in a second, and ends on the exact sum', () => {
    const frames = play(Array.from({ length: 1_000 }, (_, at) => ({ at, value: 1 })));
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(frames[0]).toEqual({ at: 0, value: 1 });
    expect(frames.reduce((total, { value }) => total + value, 0)).toBe(1_000);
  });

  it('sends all that is held before an end', () => {
    const throttle = new Throttle<number>(250, sum);
    throttle.offer(1, 0);
    throttle.offer(2, 10);
    throttle.offer(3, 20);
    expect(throttle.flush(30)).toBe(5);
    expect(throttle.flush(30)).toBeUndefined();
  });

  it('is not stopped by a clock that was set back', () => {
    const throttle = new Throttle<number>(250, sum);
    throttle.offer(1, 1_000_000);
    expect(throttle.offer(2, 10)).toBe(2);
  });

  it('ends on the same totals as the unthrottled stream, never faster than its interval', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ gap: fc.nat(400), value: fc.integer() }), { minLength: 1 }), (steps) => {
        let at = 0;
        const offers = steps.map(({ gap, value }) => {
          at += gap;
          return { at, value };
        });
        const frames = play(offers);
        expect(frames.reduce((total, { value }) => total + value, 0)).toBe(
          offers.reduce((total, { value }) => total + value, 0),
        );
        for (const [index, frame] of frames.entries()) {
          const before = frames[index - 1];
          if (before) expect(frame.at - before.at).toBeGreaterThanOrEqual(250);
        }
      }),
    );
  });
});
