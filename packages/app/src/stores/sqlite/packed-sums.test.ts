/** Packed sums are the sums, whatever they are, in as few bytes as they need. */
import { seededRandom } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { FIGURES, SumsPacker, unpackSums } from './packed-sums.ts';

const LIMITS = [
  1,
  63,
  64,
  127,
  128,
  2 ** 27,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31,
  2 ** 35 + 1,
  Number.MAX_SAFE_INTEGER,
] as const;

function unpacked(packed: Uint8Array): [kind: number, name: number, figures: number[]][] {
  const owners: [number, number, number[]][] = [];
  unpackSums(packed, (kind, name, figures) => owners.push([kind, name, [...figures]]));
  return owners;
}

test('owners come back in their order with every figure, the largest and those below nought too', () => {
  const random = seededRandom('packed');
  const packer = new SumsPacker();
  for (let round = 0; round < 200; round++) {
    const owners = Array.from({ length: random.int(1, 200) }, (): [number, number, number[]] => [
      random.int(0, 2 ** 26),
      random.int(0, 2 ** 26),
      Array.from({ length: FIGURES }, (_, index) =>
        index === 0
          ? random.int(1, 2 ** 40)
          : random.pick([0, random.int(0, 1000), random.int(0, 2 ** 45), random.pick(LIMITS), -random.pick(LIMITS)]),
      ),
    ]);
    for (const [kind, name, figures] of owners) packer.add(kind, name, figures);
    expect(unpacked(packer.take())).toEqual(owners);
  }
});

test('an owner without any figure takes no room, and one with small figures a byte or two for each', () => {
  const packer = new SumsPacker();
  packer.add(1, 2, new Float64Array(FIGURES));
  expect(packer.isEmpty).toBe(true);
  packer.add(1, 2, [0, 0, 5, ...new Float64Array(FIGURES - 3)]);
  expect([...packer.take()]).toEqual([1, 2, 4, 5]);
  expect(packer.take()).toHaveLength(0);
});
