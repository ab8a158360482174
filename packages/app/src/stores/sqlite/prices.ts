/** The user's own prices as kept, and the book that has them on top of the catalogue. Calls are re-rated elsewhere. */
import type { PriceOverride } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { Driver } from './driver.ts';

interface OverrideRow {
  readonly seller: string;
  readonly model: string;
  readonly from_at: number;
  readonly input: string;
  readonly output: string;
  readonly cache_read: string | null;
  readonly cache_write_5m: string | null;
  readonly cache_write_1h: string | null;
}

export type MakeBook = (overrides: readonly PriceOverride[]) => PriceBook;

export class Prices {
  readonly #driver: Driver;
  readonly #make: MakeBook;
  #text = '';
  #book: PriceBook | undefined;

  constructor(driver: Driver, make: MakeBook) {
    this.#driver = driver;
    this.#make = make;
  }

  /** The book of the overrides as they were last read. */
  book(): PriceBook {
    this.#book ??= this.reload();
    return this.#book;
  }

  /** The maker makes another book now. */
  forget(): void {
    this.#book = undefined;
  }

  /** Reads the overrides again and makes a new book where they changed. */
  reload(): PriceBook {
    const overrides = this.list();
    const text = JSON.stringify(overrides);
    if (!this.#book || text !== this.#text) this.#book = this.#make(overrides);
    this.#text = text;
    return this.#book;
  }

  list(): PriceOverride[] {
    return this.#driver
      .prepare('SELECT * FROM price_override ORDER BY seller, model, from_at')
      .all<OverrideRow>()
      .map((row) => ({
        seller: row.seller,
        model: row.model,
        from: row.from_at,
        inputPerMillion: row.input,
        outputPerMillion: row.output,
        cacheReadPerMillion: row.cache_read ?? undefined,
        cacheWrite5mPerMillion: row.cache_write_5m ?? undefined,
        cacheWrite1hPerMillion: row.cache_write_1h ?? undefined,
      }));
  }

  set(price: PriceOverride): void {
    // A price the book cannot read must not be kept: making the book first refuses it.
    const others = this.list().filter(
      (known) => known.seller !== price.seller || known.model !== price.model || known.from !== price.from,
    );
    this.#make([...others, price]);
    this.#driver
      .prepare('INSERT OR REPLACE INTO price_override VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        price.seller,
        price.model,
        price.from,
        price.inputPerMillion,
        price.outputPerMillion,
        price.cacheReadPerMillion ?? null,
        price.cacheWrite5mPerMillion ?? null,
        price.cacheWrite1hPerMillion ?? null,
      );
    this.reload();
  }

  /** Returns how many were removed. */
  remove(seller: string, model: string, from?: number): number {
    const removed = this.#driver
      .prepare('DELETE FROM price_override WHERE seller = ? AND model = ? AND (? IS NULL OR from_at = ?)')
      .run(seller, model, from ?? null, from ?? null);
    this.reload();
    return removed;
  }
}
