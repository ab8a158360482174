/** Text that repeats, as numbers: agents, models, directories, branches, callers, tool names. 0 is ''. */
import type { Driver } from './driver.ts';

const MAKE = 'INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING RETURNING id';

/** Words are never changed or deleted, so what is cached stays true whoever else writes; only a rollback undoes some. */
export class Words {
  readonly #driver: Driver;
  #ids = new Map<string, number>([['', 0]]);
  #texts = new Map<number, string>([[0, '']]);

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** The number of a text, given one if it has none. Only within a write. */
  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    // Most words that are not remembered are new, and a new one is one statement so.
    const made = this.#driver.prepare(MAKE).get<{ id: number }>(text);
    if (!made) return this.find(text) ?? 0;
    this.#ids.set(text, made.id);
    return made.id;
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
    const row = this.#driver.prepare('SELECT text FROM word WHERE id = ?').get<{ text: string }>(id);
    if (row) this.#texts.set(id, row.text);
    return row?.text ?? '';
  }

  clear(): void {
    this.#ids = new Map([['', 0]]);
    this.#texts = new Map([[0, '']]);
  }
}
