/** The parts of one call while it is given out: by owner, item and phase, in the order they were first met. */
import type { TokenUsage } from '../usage.ts';
import type { Owner, OwnerSum, Part, Phase, Piece } from './piece.ts';
import { newPart } from './piece.ts';
import { layByPosition } from './tiers.ts';

const UNKNOWN: Owner = { kind: 'unattributed', name: '' };

/** So many parts are looked through one by one, which is quicker than any table of them. */
const FEW = 16;

export class Parts {
  readonly all: Part[] = [];
  readonly #owners: readonly Owner[];
  /** By owner, phase and item, once there are many. */
  #byKey: Map<string, Part> | undefined;

  constructor(owners: readonly Owner[]) {
    this.#owners = owners;
  }

  of({ owner: index, item }: Piece, phase: Phase): Part {
    const owner = this.#owners[index] ?? UNKNOWN;
    if (this.#byKey) return this.#byKey.get(keyOf(owner, item, phase)) ?? this.#add(owner, item, phase);
    for (const part of this.all) if (part.owner === owner && part.phase === phase && part.item === item) return part;
    return this.#add(owner, item, phase);
  }

  /** What was carried by each owner, all of it taken as read from the cache: `putRight` must follow. */
  carry(sums: readonly OwnerSum[]): void {
    for (let owner = 0; owner < sums.length; owner++) {
      const sum = sums[owner];
      if (!sum || sum.size === 0) continue;
      const part = this.#add(this.#owners[owner] ?? UNKNOWN, '', 'carried');
      part.cacheRead = sum.size;
      part.measured = sum.measured;
    }
  }

  /** Of the pieces carried, up to `end` and `prompt` tokens, puts right those that lie behind what the cache held. */
  putRight(pieces: readonly Piece[], end: number, prompt: number, usage: TokenUsage): void {
    let first = end;
    let at = prompt;
    for (; first > 0 && at > usage.cacheRead; first--) at -= pieces[first - 1]?.size ?? 0;
    if (first === end) return;
    layByPosition(
      pieces,
      usage,
      (piece, _, read, write1h, write5m, input) => {
        const part = this.of(piece, 'carried');
        part.cacheRead -= piece.size - read;
        part.cacheWrite1h += write1h;
        part.cacheWrite5m += write5m;
        part.input += input;
      },
      at,
      first,
      end,
    );
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
