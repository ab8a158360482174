import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallNumbers } from './call-numbers.ts';

test('CallNumbers answers like a map of names, whatever was said before and in any order', () => {
  const name = fc.record({
    agent: fc.integer({ min: 1, max: 3 }),
    identity: fc.oneof(fc.constantFrom('', 'msg_1', 'msg_2'), fc.string({ maxLength: 3 })),
    variant: fc.constantFrom('', 'req_1', '1'),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.option(fc.integer({ min: 1, max: 2 ** 31 })))), (steps) => {
      const numbers = new CallNumbers();
      const map = new Map<string, number>();
      for (const [{ agent, identity, variant }, id] of steps) {
        const key = JSON.stringify([agent, identity, variant]);
        if (id === null) {
          numbers.delete(agent, identity, variant);
          map.delete(key);
        } else {
          numbers.set(agent, identity, variant, id);
          map.set(key, id);
        }
        expect(numbers.get(agent, identity, variant)).toBe(map.get(key));
      }
      for (const [{ agent, identity, variant }] of steps)
        expect(numbers.get(agent, identity, variant)).toBe(map.get(JSON.stringify([agent, identity, variant])));
    }),
  );
});

test('CallNumbers tells names apart whose letters differ as their agents do', () => {
  const numbers = new CallNumbers();
  const names = Array.from({ length: 64 }, (_, agent) => [agent, `${String.fromCharCode(64 ^ agent)}sg_1`] as const);
  for (const [agent, identity] of names) numbers.set(agent, identity, '', agent + 1);
  expect(numbers.size).toBe(names.length);
  expect(names.filter(([agent, identity]) => numbers.get(agent, identity, '') !== agent + 1)).toEqual([]);
});

test('CallNumbers tells a hundred thousand names of the usual kinds apart, and holds more than it began with room for', () => {
  const numbers = new CallNumbers(1 << 12);
  const names = Array.from({ length: 100_000 }, (_, n) => (n % 2 === 0 ? `msg_01${n.toString(36)}` : `${n}/x@${n}`));
  for (const [index, name] of names.entries()) numbers.set(1, name, '', index + 1);
  expect(numbers.size).toBe(names.length);
  expect(names.every((name, index) => numbers.get(1, name, '') === index + 1)).toBe(true);
  expect(numbers.get(2, 'msg_010', '')).toBeUndefined();
});
