/**
 * The ledger on the engine built into Node: one file, one writer at a time, readers that never wait. Opening it refuses
 * what is damaged or newer, untouched, and brings the tables up to date; everything else is the files beside this one.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type {
  AppendOptions,
  AppendResult,
  AttributionQuery,
  CallsOptions,
  Clock,
  Cursor,
  Ledger,
  LedgerBatch,
  PriceOverride,
  Query,
  RunStore,
  SessionQuery,
} from '@tokenmeter/core';
import { TokenmeterError } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { WorkStore } from '@tokenmeter/core/work';
import { makeFolder } from '../../make-folder.ts';
import { Writer } from './append.ts';
import { attributeAll } from './attribute-all.ts';
import { backupLedger } from './backup.ts';
import { CallIndex } from './call-index.ts';
import { Directory } from './directory.ts';
import type { Driver } from './driver.ts';
import { openDriver } from './driver.ts';
import { inspectLedger } from './inspect.ts';
import { forget, rebuild, reprice, retain } from './maintain.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { dropOpenings } from './openings.ts';
import type { MakeBook } from './prices.ts';
import { Prices } from './prices.ts';
import { answer } from './query.ts';
import { readAttribution } from './read-attribution.ts';
import { readCall, readCalls, readSession } from './read-calls.ts';
import { readSessions } from './read-sessions.ts';
import {
  readActivity,
  readCursors,
  readFacts,
  readLimits,
  readMeta,
  readModels,
  readSources,
  writeMeta,
} from './read-status.ts';
import { swapIn } from './restore.ts';
import { SqliteRuns } from './runs.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { Strands } from './strands.ts';
import type { RowSource } from './thread-rows.ts';
import { verify } from './verify.ts';
import { withWholeNames } from './whole-names.ts';
import { Words } from './words.ts';
import { SqliteWork } from './work/work.ts';

export interface SqliteLedgerOptions {
  /** Path of the database, or `:memory:`. Its directory is made if there is none. */
  readonly file: string;
  /** Makes the book calls are rated with from the user's own prices. */
  readonly book: MakeBook;
  readonly clock: Clock;
  /** Answers only: never writes, never migrates. A ledger that is not there yet answers as an empty one. */
  readonly readOnly?: boolean | undefined;
}

/** A ledger whose file can be replaced while it is in use. */
export interface ReplaceableLedger extends Ledger {
  /** Runs, kept in the same file. */
  readonly runs: RunStore;
  /** Tasks, token events and the rest of the work, in the same file. */
  readonly work: WorkStore;
  /**
   * Puts a checked copy (see `restoreSqliteLedger`) in the place of its own file and goes on with that, remembering
   * nothing. Answers where the old file went. Throws `ledger-locked` while another process has it open, and what opening
   * throws; it goes on with the old file then.
   */
  replaceBy(draft: string, keepAs?: string): Promise<string | undefined>;
  /** Another book holds: calls that were rated under the one before are rated again. */
  keepRated(): Promise<void>;
  /** Takes away what was kept of prompts for titles. */
  dropOpenings(): Promise<void>;
}

/** Opens the ledger. Throws `ledger-damaged`, `ledger-newer`, `ledger-locked` or `ledger-unwritable`. */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<ReplaceableLedger> {
  return new SqliteLedger(connect(options), options);
}

function connect({ file, readOnly = false }: SqliteLedgerOptions): Driver {
  const isAbsent = file === ':memory:' || inspectLedger(file) === 'absent';
  const isMemory = file === ':memory:' || (readOnly && isAbsent);
  if (!isMemory && !readOnly) makePrivate(file);
  const driver = openDriver(isMemory ? ':memory:' : file, { readOnly: readOnly && !isMemory });
  try {
    // The system's own cache does the rest: more pages here are pages held twice.
    driver.exec('PRAGMA cache_size = -4096');
    if (readOnly && !isMemory) {
      if (schemaVersion(driver) < SCHEMA_VERSION)
        throw new TokenmeterError(
          'ledger-unwritable',
          `Cannot read the ledger "${file}": its tables are of an older version, run "tokenmeter" once where it can be written, to bring them up to date`,
        );
      return driver;
    }
    // A log of at most 64 MB between checkpoints; no memory map, which is known to harm beside several writers.
    driver.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864; PRAGMA mmap_size = 0`);
    migrate(driver);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** The owner's alone from its first byte; the log beside it inherits that. */
function makePrivate(file: string): void {
  try {
    makeFolder(dirname(file));
    closeSync(openSync(file, 'a', 0o600));
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    throw new TokenmeterError(
      'ledger-unwritable',
      `Cannot write the ledger "${file}": check that it and its directory are yours to write, or choose another with --data`,
      { cause: error },
    );
  }
}

/** A connection and all that is remembered of what it reads: made together, dropped together. */
interface Parts {
  readonly driver: Driver;
  readonly words: Words;
  readonly prices: Prices;
  readonly index: CallIndex;
  readonly writer: Writer | undefined;
}

function assemble(driver: Driver, options: SqliteLedgerOptions): Parts {
  const words = new Words(driver);
  const prices = new Prices(driver, options.book);
  const index = new CallIndex(driver);
  if (options.readOnly) return { driver, words, prices, index, writer: undefined };
  const know = {
    words,
    directory: new Directory(driver, words),
    strands: new Strands(driver),
    book: () => prices.book(),
  };
  return { driver, words, prices, index, writer: new Writer(driver, know, index, () => prices.reload()) };
}

class SqliteLedger implements ReplaceableLedger {
  readonly #options: SqliteLedgerOptions;
  readonly #clock: Clock;
  readonly #file: string;
  #parts: Parts;
  #isClosed = false;
  readonly runs: RunStore = new SqliteRuns(() => this.#driver);
  readonly work: WorkStore = new SqliteWork({
    driver: () => this.#driver,
    words: () => this.#words,
    book: () => this.prices(),
    writing: () => this.#writing(),
    isReadOnly: () => this.#writer === undefined,
    ready: () => this.#ready(),
  });

  constructor(driver: Driver, options: SqliteLedgerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#file = options.file;
    this.#parts = assemble(driver, options);
    this.#keepRated();
  }

  /** Whoever asks or tells anything finds what was appended before. */
  get #driver(): Driver {
    this.#parts.writer?.end();
    return this.#parts.driver;
  }

  get #words(): Words {
    return this.#parts.words;
  }

  get #rows(): RowSource {
    return { driver: this.#driver, words: this.#words, book: this.#prices.book() };
  }

  get #prices(): Prices {
    return this.#parts.prices;
  }

  get #index(): CallIndex {
    return this.#parts.index;
  }

  get #writer(): Writer | undefined {
    return this.#parts.writer;
  }

  async append(batch: LedgerBatch, { more = false }: AppendOptions = {}): Promise<AppendResult> {
    return this.#writing().append(withWholeNames(batch), this.#clock.now(), more);
  }

  async finish(): Promise<void> {
    this.#writer?.finish();
  }

  async cursors(): Promise<ReadonlyMap<string, Cursor>> {
    return readCursors(this.#driver, this.#words);
  }

  async query(query: Query) {
    if (query.by.includes('tool')) await this.#attribute();
    else this.#ready();
    return answer(this.#driver, this.#words, query);
  }

  async attribution(query: AttributionQuery) {
    await this.#attribute();
    return this.#driver.read(() => {
      const { totals } = answer(this.#driver, this.#words, { ...query, by: [], tz: 'UTC' });
      return readAttribution(this.#rows, query, totals);
    });
  }

  async activity(since: number | undefined, until: number | undefined) {
    this.#ready();
    return readActivity(this.#driver, this.#words, since, until);
  }

  async sessions(query: SessionQuery) {
    this.#ready();
    return readSessions(this.#driver, this.#words, this.prices(), query);
  }

  async session(agent: string | undefined, sessionId: string) {
    this.#ready();
    return readSession(this.#driver, this.#words, this.prices(), agent, sessionId);
  }

  async calls(sessionId: string | undefined, options: CallsOptions) {
    this.#ready();
    return readCalls(this.#driver, this.#words, sessionId, options);
  }

  async call(id: string) {
    return readCall(this.#driver, this.#words, id);
  }

  async models(since?: number, until?: number) {
    this.#ready();
    return readModels(this.#driver, this.#words, since, until);
  }

  async sources() {
    return readSources(this.#driver, this.#words);
  }

  async limits() {
    return readLimits(this.#driver, this.#words);
  }

  async facts() {
    return readFacts(this.#driver);
  }

  prices(): PriceBook {
    return this.#prices.reload();
  }

  async priceOverrides() {
    return this.#prices.list();
  }

  async setPriceOverride(price: PriceOverride): Promise<void> {
    this.#writing().transact(() => this.#prices.set(price));
  }

  async removePriceOverride(seller: string, model: string, from?: number): Promise<number> {
    return this.#writing().transact(() => this.#prices.remove(seller, model, from));
  }

  async reprice(since?: number) {
    return reprice(this.#driver, this.#writing(), () => this.#prices.book(), since);
  }

  async verify() {
    await this.#attribute();
    return verify(this.#driver);
  }

  async rebuild(): Promise<void> {
    rebuild(this.#driver, this.#writing());
  }

  async backup(file: string) {
    if (this.#driver.file !== this.#file)
      throw new TokenmeterError('not-found', `Cannot back up the ledger "${this.#file}": there is none yet`);
    this.#ready();
    return backupLedger(this.#driver, file);
  }

  async forget(sessionId: string) {
    const writer = this.#writing();
    this.#ready();
    return forget(this.#driver, writer, this.#words, sessionId);
  }

  async retain(before: number) {
    const writer = this.#writing();
    this.#ready();
    return retain(this.#rows, writer, before);
  }

  async replaceBy(draft: string, keepAs?: string): Promise<string | undefined> {
    this.#writing();
    if (inspectLedger(draft) === 'absent')
      throw new TokenmeterError('not-found', `Cannot restore from "${draft}": there is no ledger in this file`);
    // From here to the end nothing is awaited: nobody can ask in between.
    this.#driver.close();
    try {
      return swapIn(draft, this.#file, keepAs);
    } finally {
      this.#parts = assemble(connect(this.#options), this.#options);
      this.#keepRated();
    }
  }

  async tidy(): Promise<void> {
    this.#writing();
    await this.#attribute();
    this.#driver.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async keepRated(): Promise<void> {
    this.#prices.forget();
    this.#keepRated();
  }

  async dropOpenings(): Promise<void> {
    if (this.#writer) dropOpenings(this.#driver);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ready();
    this.#driver.close();
  }

  /** A ledger rated under another book is rated again, so that old and new calls cost by the same prices. */
  #keepRated(): void {
    if (!this.#writer) return;
    const version = this.#prices.book().version;
    const known = readMeta(this.#driver, 'price_version');
    if (known === version) return;
    const isEmpty = this.#driver.prepare('SELECT 1 AS some FROM call LIMIT 1').get() === undefined;
    if (isEmpty) this.#driver.write(() => writeMeta(this.#driver, 'price_version', version));
    else if (known === '' || known !== version)
      reprice(this.#driver, this.#writing(), () => this.#prices.book(), undefined);
  }

  /** The indexes a first import goes without are made before the first question; another writer is not waited for. */
  #ready(): void {
    if (!this.#writer || this.#index.isIndexed) return;
    const isEmpty = this.#driver.prepare('SELECT 1 AS some FROM call LIMIT 1').get() === undefined;
    if (isEmpty) return;
    try {
      this.#driver.write(() => this.#index.makeIndexes());
    } catch (error) {
      if (!(error instanceof TokenmeterError && error.code === 'ledger-locked')) throw error;
    }
  }

  /** What is due is attributed before the first question about it, and when idle; another writer is not waited for. */
  async #attribute(): Promise<void> {
    this.#ready();
    const writer = this.#writer;
    if (!writer) return;
    await attributeAll(this.#rows, writer);
  }

  #writing(): Writer {
    if (this.#writer) return this.#writer;
    throw new TokenmeterError(
      'ledger-unwritable',
      `Cannot change the ledger "${this.#file}": it was opened to read only`,
    );
  }
}
