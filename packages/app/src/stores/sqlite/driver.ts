/**
 * The seam to the embedded engine: the few methods the store needs, over node:sqlite. Another binding is another file
 * like this one. It turns the engine's errors into ours and refuses to know the schema.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { asLedgerError } from './failure.ts';
import { readingPlace } from './reading-place.ts';

export type Value = string | number | bigint | null | Uint8Array;
export type RowOf<T> = Readonly<T>;

export interface Statement {
  /** Rows changed. */
  run(...values: Value[]): number;
  /** The same with the values in a list, which is not made anew on the way. */
  runList(values: readonly Value[]): number;
  get<T>(...values: Value[]): RowOf<T> | undefined;
  /** All rows. Integers are numbers, or all bigint where one of them passes 2^53. */
  all<T>(...values: Value[]): RowOf<T>[];
  /** All rows as lists in the order of the columns: for many rows, at half the cost. Integers must be below 2^53. */
  lists<Cell = string | number | null>(...values: Value[]): (readonly Cell[])[];
}

export interface Driver {
  readonly file: string;
  exec(sql: string): void;
  /** A statement, prepared once per text. Rows are read whole, so that none is reused while iterated. */
  prepare(sql: string): Statement;
  /** Runs `work` under the write lock; all of it or nothing. */
  write<T>(work: () => T): T;
  /** The same in steps: takes the write lock, until one of the other two. */
  begin(): void;
  commit(): void;
  /** Undoes what was begun, if anything was. */
  rollBack(): void;
  /** Runs `work` on one state of the file, whatever other processes write meanwhile. Within `write` or itself: on that one. */
  read<T>(work: () => T): T;
  close(): void;
}

const BUSY_TIMEOUT_MS = 5_000;
const STATEMENTS_KEPT = 200;

/** Opens a file (or `:memory:`). Throws TokenmeterError: damaged, locked, unwritable. */
export function openDriver(file: string, options: { readOnly: boolean }): Driver {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asLedgerError(error, file);
    }
  };
  const database = guard(() => connect(file, options.readOnly));
  const statements = new Map<string, Statement>();
  const begin = () => guard(() => database.exec('BEGIN IMMEDIATE'));
  const commit = () => guard(() => database.exec('COMMIT'));
  const rollBack = () => {
    if (database.isTransaction) database.exec('ROLLBACK');
  };
  return {
    file,
    exec: (sql) => guard(() => database.exec(sql)),
    prepare(sql) {
      let statement = statements.get(sql);
      if (!statement) {
        statement = new PreparedStatement(
          guard(() => database.prepare(sql)),
          file,
          () => guard(() => database.prepare(sql)),
        );
        // Questions with filters have a text of their own each; the oldest make room.
        if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value ?? '');
        statements.set(sql, statement);
      }
      return statement;
    },
    write(work) {
      begin();
      try {
        const result = work();
        commit();
        return result;
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    begin,
    commit,
    rollBack,
    read(work) {
      if (database.isTransaction) return work();
      guard(() => database.exec('BEGIN'));
      try {
        return work();
      } finally {
        // Nothing was written: to give the state back never fails.
        rollBack();
      }
    },
    close: () => {
      statements.clear();
      if (database.isOpen) guard(() => database.close());
    },
  };
}

function connect(file: string, readOnly: boolean): DatabaseSync {
  return new DatabaseSync(readOnly ? readingPlace(file) : file, { readOnly, timeout: BUSY_TIMEOUT_MS });
}

/** A class, so that the callers of all statements are compiled once, and not for the methods of each. */
class PreparedStatement implements Statement {
  readonly #statement: StatementSync;
  readonly #file: string;
  readonly #again: () => StatementSync;
  #listing: StatementSync | undefined;

  constructor(statement: StatementSync, file: string, again: () => StatementSync) {
    this.#statement = statement;
    this.#file = file;
    this.#again = again;
  }

  lists<Cell = string | number | null>(...values: Value[]): (readonly Cell[])[] {
    try {
      if (!this.#listing) {
        this.#listing = this.#again();
        this.#listing.setReturnArrays(true);
      }
      return this.#listing.all(...values) as unknown as Cell[][]; // as -- lists from here on, says the engine
    } catch (error) {
      throw asLedgerError(error, this.#file);
    }
  }

  run(...values: Value[]): number {
    return this.runList(values);
  }

  runList(values: readonly Value[]): number {
    try {
      return Number(this.#statement.run(...values).changes);
    } catch (error) {
      throw asLedgerError(error, this.#file);
    }
  }

  // The engine's rows are untyped; each caller states the columns its own text selects -- checked by the tests.
  get<T>(...values: Value[]): RowOf<T> | undefined {
    const statement = this.#statement;
    try {
      return exactly(statement, () => statement.get(...values)) as T | undefined;
    } catch (error) {
      throw asLedgerError(error, this.#file);
    }
  }

  all<T>(...values: Value[]): RowOf<T>[] {
    const statement = this.#statement;
    try {
      return exactly(statement, () => statement.all(...values)) as T[];
    } catch (error) {
      throw asLedgerError(error, this.#file);
    }
  }
}

/** Reads numbers where they fit, and again as bigint where one does not (sums of nano-dollars beyond 2^53). */
function exactly<T>(statement: StatementSync, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE')) throw error;
    statement.setReadBigInts(true);
    try {
      return read();
    } finally {
      statement.setReadBigInts(false);
    }
  }
}
