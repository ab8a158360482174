import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisSteps } from './scale.ts';

describe('axisSteps()', () => {
  it('takes round steps with two or three labels', () => {
    expect(axisSteps(35)).toEqual([20, 40]);
    expect(axisSteps(14)).toEqual([5, 10, 15]);
    expect(axisSteps(45)).toEqual([20, 40, 60]);
    expect(axisSteps(0.25)).toEqual([0.1, 0.2, 0.3]);
    expect(axisSteps(40)).toEqual([20, 40]);
  });

  it('has no labels for nothing', () => {
    expect(axisSteps(0)).toEqual([]);
  });

  it('always reaches the largest value with at most three labels', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (max) => {
        const steps = axisSteps(max);
        expect(steps.length).toBeGreaterThan(0);
        expect(steps.length).toBeLessThanOrEqual(3);
        expect(steps.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      }),
    );
  });
});
