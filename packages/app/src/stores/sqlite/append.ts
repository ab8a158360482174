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

  append(batch: LedgerBatch, now: number): AppendResult {
    return this.transact(() => {
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
    });
  }

  /** Any change of calls: under the write lock, with fresh knowledge, sums and directory written at the end. */
  transact<T>(work: () => T): T {
    try {
      return this.#driver.write(() => {
        this.#checkForeign();
        this.calls.begin();
        const result = work();
        this.flush();
        return result;
      });
    } catch (error) {
      this.#forgetAll();
      throw error;
    }
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
