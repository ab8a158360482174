import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from './stamp.ts';

test('instant() is what Date.parse says of every instant from 1970 on, in any order of days', () => {
  const ms = fc.integer({ min: 0, max: Date.parse('2200-01-01T00:00:00Z') });
  fc.assert(
    fc.property(fc.array(ms), (times) => {
      expect(times.map((at) => instant(new Date(at).toISOString()))).toEqual(times);
    }),
  );
});

test('instant() refuses what is no instant', () => {
  const good = '2026-05-13T09:01:00.000Z';
  const bad = [
    '2026-05-13T25:01:00.000Z',
    '2026-05-13T09:61:00.000Z',
    '2026-05-13T09:01:0x.000Z',
    '2026-13-45T99:99:99.000Z',
    '1969-12-31T23:59:59.999Z',
    'yesterday, at noon',
    '',
    5,
    null,
  ];
  for (const value of bad) expect(instant(value), String(value)).toBeUndefined();
  expect(instant('2026-05-13T09:01:00Z')).toBe(Date.parse(good));
});
