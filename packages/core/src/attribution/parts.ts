/** The parts of one call while it is given out: by owner, item and phase, in the order they were first met. */
import type { TokenUsage } from '../usage.ts';
import type { Owner, OwnerSum, Part, Phase, Piece } from './piece.ts';
import { newPart } from './piece.ts';
import { layByPosition } from './tiers.ts';

const UNKNOWN: Owner = { kind: 'unattributed', name: '' };

export class Parts {
  readonly all: Part[] = [];
  readonly #owners: readonly Owner[];
  #byItem: Map<string, Part> | undefined;
  /** Without items an owner's number is all there is to tell, which is cheaper to find. */
  readonly #plain: (Part | undefined)[] = [];

  constructor(owners: readonly Owner[]) {
    this.#owners = owners;
  }

  of({ owner, item }: Piece, phase: Phase): Part {
    const slot = owner * 3 + (phase === 'carried' ? 0 : phase === 'entered' ? 1 : 2);
    if (item === '') {
      const known = this.#plain[slot];
      if (known) return known;
      const part = this.#add(owner, '', phase);
      this.#plain[slot] = part;
      return part;
    }
    this.#byItem ??= new Map();
    const key = `${slot}\0${item}`;
    const known = this.#byItem.get(key);
    if (known) return known;
    const part = this.#add(owner, item, phase);
    this.#byItem.set(key, part);
    return part;
  }

  /**
   * What was carried: pieces up to `end` that stand as they stood, `prompt` tokens, and were mostly read from the cache.
   * All of it is taken as read, then what lies behind that is put right.
   */
  carry(sums: readonly OwnerSum[], pieces: readonly Piece[], end: number, prompt: number, usage: TokenUsage): void {
    sums.forEach(({ size, measured }, owner) => {
      if (size === 0) return;
      const part = this.#add(owner, '', 'carried');
      this.#plain[owner * 3] = part;
      part.cacheRead = size;
      part.measured = measured;
    });
    let first = end;
    let at = prompt;
    for (; first > 0 && at > usage.cacheRead; first--) at -= pieces[first - 1]?.size ?? 0;
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

  #add(owner: number, item: string, phase: Phase): Part {
    const part = newPart(this.#owners[owner] ?? UNKNOWN, item, phase);
    this.all.push(part);
    return part;
  }
}
