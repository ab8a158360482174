/**
 * The price book as it was last read. Between an event and a verdict nobody may wait for the store, nor fail with it: what
 * is folded there is rated by this book, which is read again behind, every few seconds.
 */
import type { Ledger } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';

export class HeldBook {
  readonly #ledger: Pick<Ledger, 'prices'>;
  #book: PriceBook | undefined;

  constructor(ledger: Pick<Ledger, 'prices'>) {
    this.#ledger = ledger;
  }

  /** Reads the store the first time only. */
  now(): PriceBook {
    this.#book ??= this.#ledger.prices();
    return this.#book;
  }

  /** Reads it again; a store that does not answer leaves it as it is. */
  refresh(): void {
    try {
      this.#book = this.#ledger.prices();
    } catch {
      // It is asked again soon.
    }
  }
}
