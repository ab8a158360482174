/** The parts of one call while it is given out: by owner, item and phase, in the order they were first met. */
import type { Owner, OwnerSum, Part, Phase } from './piece.ts';
import { newPart } from './piece.ts';
import type { Receiver } from './receiver.ts';

const UNKNOWN: Owner = { kind: 'unattributed', name: '' };

/** So many parts are looked through one by one, which is quicker than any table of them. */
const FEW = 16;

export class Parts implements Receiver {
  readonly all: Part[] = [];
  readonly #owners: readonly Owner[];
  /** By owner, phase and item, once there are many. */
  #byKey: Map<string, Part> | undefined;

  constructor(owners: readonly Owner[]) {
    this.#owners = owners;
  }

  carry(sums: readonly OwnerSum[]): void {
    for (let owner = 0; owner < sums.length; owner++) {
      const sum = sums[owner];
      if (!sum || sum.size === 0) continue;
      const part = this.#add(this.#owners[owner] ?? UNKNOWN, '', 'carried');
      part.cacheRead = sum.size;
      part.measured = sum.measured;
    }
  }

  sent(
    owner: number,
    item: string,
    isNew: boolean,
    read: number,
    write1h: number,
    write5m: number,
    input: number,
    measured: number,
  ): void {
    const part = this.#of(owner, item, isNew ? 'entered' : 'carried');
    part.cacheRead += read;
    part.cacheWrite1h += write1h;
    part.cacheWrite5m += write5m;
    part.input += input;
    part.measured += measured;
  }

  wrote(owner: number, item: string, size: number, measured: number): void {
    const part = this.#of(owner, item, 'output');
    part.output += size;
    part.measured += measured;
  }

  #of(index: number, item: string, phase: Phase): Part {
    const owner = this.#owners[index] ?? UNKNOWN;
    if (this.#byKey) return this.#byKey.get(keyOf(owner, item, phase)) ?? this.#add(owner, item, phase);
    for (const part of this.all) if (part.owner === owner && part.phase === phase && part.item === item) return part;
    return this.#add(owner, item, phase);
  }

  #add(owner: Owner, item: string, phase: Phase): Part {
    const part = newPart(owner, item, phase);
    this.all.push(part);
    if (this.#byKey) this.#byKey.set(keyOf(owner, item, phase), part);
    else if (this.all.length > FEW)
      this.#byKey = new Map(this.all.map((one) => [keyOf(one.owner, one.item, one.phase), one]));
    return part;
  }
}

/** Owners differ by kind and name. */
function keyOf({ kind, name }: Owner, item: string, phase: Phase): string {
  return `${phase}\0${kind}\0${name}\0${item}`;
}
