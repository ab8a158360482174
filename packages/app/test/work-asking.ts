/** A server without a socket over a real ledger in memory: what tests about the work ask. */

import type { CallRecord } from '@tokenmeter/core';
import { call, plainBook } from '@tokenmeter/core/testing';
import type { WorkStore } from '@tokenmeter/core/work';
import { createApp } from '../src/server/app.ts';
import { openSqliteLedger, type ReplaceableLedger } from '../src/stores/sqlite/ledger.ts';
import { type Answer, readJson } from './asking.ts';
import { fakeHouse } from './fake-house.ts';

export class WorkAsking {
  readonly ledger: ReplaceableLedger;
  readonly app: ReturnType<typeof createApp>;
  readonly house: ReturnType<typeof fakeHouse>;

  private constructor(ledger: ReplaceableLedger) {
    this.ledger = ledger;
    this.house = fakeHouse('2026-06-01T15:00:00Z');
    this.app = createApp({ ...this.house, ledger, work: ledger.work, runs: ledger.runs });
  }

  static async open(): Promise<WorkAsking> {
    const clock = { now: () => Date.parse('2026-06-01T15:00:00Z') };
    return new WorkAsking(await openSqliteLedger({ file: ':memory:', book: plainBook, clock }));
  }

  get work(): WorkStore {
    return this.ledger.work;
  }

  /** Calls in the ledger, as if logs had told of them. */
  async measure(...calls: readonly (Partial<CallRecord> & { readonly identity: string })[]): Promise<void> {
    await this.ledger.append({
      calls: calls.map((one) => call(one.identity, one)),
      toolCalls: [],
      toolResults: [],
      sessions: [],
      threads: [],
      prompts: [],
      injected: [],
      compactions: [],
      pullRequests: [],
      limits: [],
      reportedTotals: [],
      cursors: [],
    });
  }

  async get<T>(path: string): Promise<Answer<T>> {
    return answer(await this.app.request(path));
  }

  async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const all = { 'content-type': 'application/json', ...headers };
    return answer(await this.app.request(path, body === undefined ? { method } : { method, headers: all, body: text }));
  }

  close(): Promise<void> {
    return this.ledger.close();
  }
}

async function answer<T>(response: Response): Promise<Answer<T>> {
  const hasBody = response.status !== 204;
  // -- a 204 has no body, and no test reads one
  const body = hasBody ? await readJson<T>(response) : (undefined as never);
  return { status: response.status, headers: response.headers, body };
}
