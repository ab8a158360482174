/**
 * Text that repeats, as numbers: agents, models, directories, branches, callers, tool names and what they were about.
 * 0 is ''.
 */
import type { Driver } from './driver.ts';
import { StagedRows } from './staged-rows.ts';

/** Words are never changed or deleted, so what is cached stays true whoever else writes; only a rollback undoes some. */
export class Words {
  readonly #driver: Driver;
  #ids = new Map<string, number>([['', 0]]);
  #texts = new Map<number, string>([[0, '']]);
  /** The next number where every word there is is remembered (a ledger being filled): 0 where some may not be. */
  #next: number | undefined;
  /** Words of a ledger being filled that are in no table yet. */
  readonly #rows: StagedRows;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#rows = new StagedRows(driver, 'word', { id: undefined, text: undefined });
  }

  /** The number of a text, given one if it has none. Only within a write. */
  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    // Half a character is stored as a replacement mark: texts that differ in nothing else are one word.
    if (!text.isWellFormed()) return this.#remember(text, this.id(text.toWellFormed()));
    this.#next ??= this.#largest() === 0 ? 1 : 0;
    if (this.#next === 0) {
      const found = this.find(text);
      if (found !== undefined) return found;
    }
    const isFilling = this.#next > 0;
    const id = isFilling ? this.#next++ : this.#largest() + 1;
    const place = this.#rows.next();
    this.#rows.values[place] = id;
    this.#rows.values[place + 1] = text;
    if (!isFilling) this.#rows.settle();
    return this.#remember(text, id);
  }

  /** Within a write, at its end: new words reach their table. */
  settle(): void {
    this.#rows.settle();
  }

  find(text: string): number | undefined {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const row = this.#driver.prepare('SELECT id FROM word WHERE text = ?').get<{ id: number }>(text);
    if (row) this.#ids.set(text, row.id);
    return row?.id;
  }

  text(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    this.#rows.settle();
    const row = this.#driver.prepare('SELECT text FROM word WHERE id = ?').get<{ text: string }>(id);
    if (row) this.#texts.set(id, row.text);
    return row?.text ?? '';
  }

  clear(): void {
    this.#ids = new Map([['', 0]]);
    this.#texts = new Map([[0, '']]);
    this.#next = 0;
    this.#rows.drop();
  }

  #remember(text: string, id: number): number {
    this.#ids.set(text, id);
    return id;
  }

  #largest(): number {
    return this.#driver.prepare('SELECT max(id) AS id FROM word').get<{ id: number | null }>()?.id ?? 0;
  }
}
