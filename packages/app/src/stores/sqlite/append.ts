/**
 * One batch into the ledger: rows, rollups and cursors in one transaction, or nothing. What is kept in memory between
 * batches is dropped when another process wrote, and when a batch was undone.
 */
import type { AppendResult, CallRecord, LedgerBatch } from '@tokenmeter/core';
import { CallWriter } from './append-calls.ts';
import { ReportedWriter } from './append-reported.ts';
import { SessionWriter } from './append-sessions.ts';
import { ToolWriter } from './append-tools.ts';
import type { CallIndex } from './call-index.ts';
import type { Knowledge } from './call-row.ts';
import { Cells } from './cells.ts';
import type { Driver } from './driver.ts';
import { Due } from './due.ts';
import { Gone } from './gone.ts';

/** Batches in one transaction at most: each page is written once for all of them, and others do not wait for a second. */
const MOST_OPEN = 32;

export class Writer {
  readonly #driver: Driver;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #cells: Cells;
  readonly #sessions: SessionWriter;
  readonly #tools: ToolWriter;
  readonly #reported: ReportedWriter;
  readonly #due: Due;
  readonly #onForeign: () => void;
  #dataVersion: number;
  /** Batches in the transaction that stands open for more. */
  #open = 0;
  /** What undid such batches when another ended their transaction, until whoever appended them is told. */
  #lost: { readonly error: unknown } | undefined;
  readonly calls: CallWriter;
  readonly gone: Gone;

  /** `onForeign` is told within a write that another process has written since the last one. */
  constructor(driver: Driver, know: Knowledge, index: CallIndex, onForeign: () => void) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#cells = new Cells(driver);
    this.gone = new Gone(driver);
    this.#due = new Due(driver);
    this.calls = new CallWriter(driver, know, index, this.#cells, this.gone, this.#due);
    this.#sessions = new SessionWriter(driver, know, index, this.calls, this.#due);
    this.#tools = new ToolWriter(driver, know, index, this.calls, this.#due);
    this.#reported = new ReportedWriter(driver, know, index, this.calls);
    this.#onForeign = onForeign;
    this.#dataVersion = this.#readDataVersion();
  }

  /** `more`: others follow at once, and some of them share a transaction. */
  append(batch: LedgerBatch, now: number, more: boolean): AppendResult {
    if (!more) return this.transact(() => this.#write(batch, now));
    try {
      this.#sayLost();
      if (this.#open === 0) this.#begin();
      this.#open++;
      this.calls.begin();
      const result = this.#write(batch, now);
      this.calls.settle();
      if (this.#open >= MOST_OPEN) this.end();
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** Ends the transaction of batches that more were to follow. Throws where it fails; none of them is kept then. */
  end(): void {
    if (this.#open === 0) return;
    try {
      this.flush();
      this.#driver.commit();
      this.#open = 0;
    } catch (error) {
      this.#undo();
      this.#lost = { error };
      throw error;
    }
  }

  /** The same for who appended them, and is told as well where it failed for another. */
  finish(): void {
    this.#sayLost();
    this.end();
  }

  /** Any change of calls: under the write lock, with fresh knowledge, sums and directory written at the end. */
  transact<T>(work: () => T): T {
    this.end();
    try {
      this.#begin();
      this.calls.begin();
      const result = work();
      this.flush();
      this.#driver.commit();
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #begin(): void {
    this.#driver.begin();
    this.#checkForeign();
  }

  #undo(): void {
    this.#open = 0;
    this.#driver.rollBack();
    this.#forgetAll();
  }

  #sayLost(): void {
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost) throw lost.error;
  }

  #write(batch: LedgerBatch, now: number): AppendResult {
    const left = this.#withoutForgotten(batch);
    const learnt = this.#sessions.appendNames(left);
    for (const record of left.calls) if (this.calls.see(record) === undefined) this.#markGone(record);
    this.calls.settle();
    this.#tools.append(left.toolCalls, left.toolResults);
    const news = learnt + this.#sessions.appendMarks(left);
    this.#reported.append(left.reportedTotals);
    this.#reported.reconcileMoved(left.calls);
    this.#sessions.appendCursors(left, now);
    const { changed, sessions } = this.calls.moved;
    return {
      inserted: this.calls.inserted,
      changed: changed.size + news,
      sessions: [...sessions].map((id) => this.#know.directory.sessionById(id)?.session_id ?? ''),
    };
  }

  /** Within a write: what was gathered reaches the tables. */
  flush(): void {
    this.calls.settle();
    if (this.#cells.hasLosses) this.#index.makeStrandIndex();
    this.#cells.flush();
    this.#know.directory.flush();
    this.#know.words.settle();
    this.#due.flush();
  }

  /** Within a write, after rows were changed behind the back of what is kept in memory. */
  dropMemory(): void {
    this.#know.words.settle();
    this.#forgetAll();
  }

  #checkForeign(): void {
    const version = this.#readDataVersion();
    if (version === this.#dataVersion) return;
    this.#forgetAll();
    this.#dataVersion = version;
    this.#onForeign();
  }

  #forgetAll(): void {
    this.#cells.clear();
    this.#due.clear();
    this.#know.words.clear();
    this.#know.directory.clear();
    this.#know.strands.clear();
    this.gone.clear();
    this.#index.distrust();
  }

  /** Changes whenever another connection has committed. */
  #readDataVersion(): number {
    return this.#driver.prepare('PRAGMA data_version').get<{ data_version: number }>()?.data_version ?? 0;
  }

  /** A log that holds what was folded or forgotten: totals told in it cannot be compared with what is left. */
  #markGone({ source }: CallRecord): void {
    this.#know.directory.markGone(this.#know.directory.source(source));
  }

  #withoutForgotten(batch: LedgerBatch): LedgerBatch {
    const forgotten = this.gone.sessions;
    if (forgotten.size === 0) return batch;
    for (const call of batch.calls)
      if (forgotten.has(call.sessionId) || forgotten.has(call.rootSessionId)) this.#markGone(call);
    const isKept = (event: { readonly sessionId: string }) => !forgotten.has(event.sessionId);
    return {
      calls: batch.calls.filter((call) => isKept(call) && !forgotten.has(call.rootSessionId)),
      toolCalls: batch.toolCalls.filter(isKept),
      toolResults: batch.toolResults.filter(isKept),
      sessions: batch.sessions.filter((session) => isKept(session) && !forgotten.has(session.rootSessionId)),
      threads: batch.threads.filter((thread) => isKept(thread) && !forgotten.has(thread.rootSessionId)),
      prompts: batch.prompts.filter(isKept),
      injected: batch.injected.filter(isKept),
      compactions: batch.compactions.filter(isKept),
      pullRequests: batch.pullRequests.filter(isKept),
      limits: batch.limits,
      reportedTotals: batch.reportedTotals.filter(isKept),
      cursors: batch.cursors,
    };
  }
}
