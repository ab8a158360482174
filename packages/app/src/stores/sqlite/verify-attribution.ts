/** What `verify` asks of sums that are packed (kept-sums.ts), which the engine cannot look into. It changes nothing. */
import type { AttributionSums } from '@tokenmeter/core';
import { ATTRIBUTED, BILLED } from './derive.ts';
import type { Driver } from './driver.ts';
import { eachOwner } from './kept-sums.ts';

/** Strands whose owners' sums are not what was used and paid, in any bucket. */
export function countUnlikeBill(driver: Driver): number {
  const given = new Map<number, bigint[]>();
  for (const { strand, sums } of driver.prepare(ATTRIBUTED).all<{ strand: number; sums: Uint8Array }>()) {
    const whole = given.get(strand) ?? [0n, 0n, 0n, 0n, 0n, 0n, 0n];
    given.set(strand, whole);
    eachOwner(sums, (owner) => {
      for (const [index, parts] of partsOf(owner).entries())
        for (const part of parts) whole[index] = (whole[index] ?? 0n) + BigInt(part);
    });
  }
  let unlike = 0;
  for (const { strand, ...billed } of driver.prepare(BILLED).all<Record<string, number | bigint>>()) {
    const had = given.get(Number(strand));
    given.delete(Number(strand));
    if (had?.join() !== Object.values(billed).join()) unlike++;
  }
  return unlike + given.size;
}

/** In the order of the bill's columns. */
function partsOf(sums: AttributionSums): number[][] {
  return [
    [sums.enteredInput, sums.carriedInput],
    [sums.enteredCacheRead, sums.carriedCacheRead],
    [sums.enteredCacheWrite5m, sums.carriedCacheWrite5m],
    [sums.enteredCacheWrite1h, sums.carriedCacheWrite1h],
    [sums.output],
    [sums.unpricedTokens],
    [sums.costEntered, sums.costCarried, sums.costOutput],
  ];
}

/** Rows with an owner whose kind or name is no word's number. */
export function countOwnersWithoutWord(driver: Driver): number {
  const words = new Set(driver.prepare('SELECT id FROM word').lists<number>().flat());
  let broken = 0;
  for (const [sums] of driver.prepare('SELECT sums FROM attribution').lists<Uint8Array>()) {
    let isBroken = false;
    if (sums)
      eachOwner(sums, (_, kind, name) => {
        isBroken ||= !words.has(kind) || !words.has(name);
      });
    if (isBroken) broken++;
  }
  return broken;
}
