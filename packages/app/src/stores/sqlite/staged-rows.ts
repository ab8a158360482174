/**
 * New rows on their way into one table, many a statement: binding and stepping once for many is what a first import lives
 * on. A column in which none of them says anything unusual is not bound at all. It refuses to know what a row means, and
 * whoever reads the table asks it to settle first.
 */
import type { Driver, Statement, Value } from './driver.ts';

const ROWS_AT_ONCE = 16;
/** So many of what is left at the end go at once, the rest one by one: a statement a number would be a text a number. */
const FEW = 4;
/** Texts kept at most; a log that says something else in each row shall not fill the memory. */
const MOST_TEXTS = 100;

export class StagedRows {
  readonly #driver: Driver;
  readonly #table: string;
  readonly #columns: readonly string[];
  /** By column, what most rows have there. Undefined: each row has its own. */
  readonly #usual: readonly (Value | undefined)[];
  readonly #one: Statement;
  /** By how many rows and which columns. */
  readonly #many = new Map<number, Statement>();
  #count = 0;
  /** The rows' values, one row after another; `next` says where a row's begin. */
  readonly values: Value[];

  /** `columns` with what most rows have in each; at most 31 of them. `otherwise` is what a single row's statement adds. */
  constructor(
    driver: Driver,
    table: string,
    columns: Readonly<Record<string, Value | undefined>>,
    otherwise: '' | 'ON CONFLICT DO NOTHING' = '',
  ) {
    this.#driver = driver;
    this.#table = table;
    this.#columns = Object.keys(columns);
    this.#usual = Object.values(columns);
    const holes = this.#columns.map(() => '?').join(', ');
    this.#one = driver.prepare(`INSERT INTO ${table} (${this.#columns.join(', ')}) VALUES (${holes}) ${otherwise}`);
    this.values = new Array<Value>(this.#columns.length * ROWS_AT_ONCE).fill(null);
  }

  /** Where the values of a new row go, every one of which must be given. */
  next(): number {
    if (this.#count === ROWS_AT_ONCE) this.settle();
    return this.#count++ * this.#columns.length;
  }

  /** One row at once, where it may be there already. True where it was not. */
  insert(values: readonly Value[]): boolean {
    this.settle();
    return this.#one.runList(values) > 0;
  }

  /** The rows reach their table. */
  settle(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    let row = 0;
    if (count === ROWS_AT_ONCE) row = this.#insertMany(0, ROWS_AT_ONCE);
    while (count - row >= FEW) row = this.#insertMany(row, FEW);
    const width = this.#columns.length;
    for (; row < count; row++) this.#one.runList(this.values.slice(row * width, (row + 1) * width));
  }

  /** Forgets rows that were undone before they reached their table. */
  drop(): void {
    this.#count = 0;
  }

  /** `count` rows from the `row`th on. Answers which row is next. */
  #insertMany(row: number, count: number): number {
    const width = this.#columns.length;
    const { values } = this;
    const usual = this.#usual;
    const from = row * width;
    const to = from + count * width;
    let unusual = 0;
    for (let index = from, column = 0; index < to; index++) {
      if (values[index] !== usual[column]) unusual |= 1 << column;
      if (++column === width) column = 0;
    }
    const bound: Value[] = [];
    for (let index = from, column = 0; index < to; index++) {
      if ((unusual >> column) & 1) bound.push(values[index] as Value); // as -- within its length
      if (++column === width) column = 0;
    }
    this.#statementFor(count, unusual).runList(bound);
    return row + count;
  }

  /**
   * Of a few texts at most: which columns say something changes with the agent, hardly with the row. A statement that fails
   * undoes the whole transaction here: told so (OR FAIL), the engine keeps no copy of every page to undo it alone.
   */
  #statementFor(count: number, unusual: number): Statement {
    const key = unusual * ROWS_AT_ONCE + count - 1;
    let statement = this.#many.get(key);
    if (!statement) {
      const row = this.#columns.map((_, column) => ((unusual >> column) & 1 ? '?' : literal(this.#usual[column])));
      const rows = Array(count)
        .fill(`(${row.join(', ')})`)
        .join(', ');
      const sql = `INSERT OR FAIL INTO ${this.#table} (${this.#columns.join(', ')}) VALUES ${rows}`;
      statement = this.#driver.prepare(sql);
      if (this.#many.size >= MOST_TEXTS) this.#many.clear();
      this.#many.set(key, statement);
    }
    return statement;
  }
}

function literal(value: Value | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
