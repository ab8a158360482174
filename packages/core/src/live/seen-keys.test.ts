import { expect, test } from 'vitest';
import { seededRandom } from '../testing/random.ts';
import { SeenKeys } from './seen-keys.ts';

test('SeenKeys knows what it saw and nothing else, as a set of the whole names does', () => {
  const random = seededRandom('seen');
  const seen = new SeenKeys();
  const names = new Set<string>();
  for (let index = 0; index < 200_000; index++) {
    const name = `claude-code\0msg_${random.int(0, 150_000).toString(36)}${random.chance(0.3) ? '\0req' : ''}`;
    expect(seen.has(name)).toBe(names.has(name));
    expect(seen.add(name)).toBe(!names.has(name));
    names.add(name);
  }
  expect(seen.size).toBe(names.size);
});

test('SeenKeys tells a million names apart that differ in one figure, in less than 40 bytes each', () => {
  const seen = new SeenKeys();
  for (let index = 0; index < 1_000_000; index++) seen.add(`codex\0${index}`);
  expect(seen.size).toBe(1_000_000);
  for (let index = 1_000_000; index < 1_100_000; index++) expect(seen.has(`codex\0${index}`)).toBe(false);
  expect(seen.bytes / seen.size).toBeLessThan(40);
});
