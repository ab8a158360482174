/** A server without a socket, over a house in memory with a data folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireError } from '@tokenmeter/core';
import { createApp } from '../src/server/app.ts';
import { type FakeHouse, fakeHouse } from './fake-house.ts';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T & WireError;
}

export class Asking {
  readonly dir = mkdtempSync(join(tmpdir(), 'tokenmeter-server-'));
  readonly house: FakeHouse;
  app: ReturnType<typeof createApp>;

  constructor(now = '2026-11-18T15:00:00Z') {
    this.house = fakeHouse(now, {}, this.dir);
    this.app = createApp(this.house);
  }

  async get<T>(path: string): Promise<Answer<T>> {
    return answer(await this.app.request(path));
  }

  async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<Answer<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return answer(await this.app.request(path, body === undefined ? { method } : { method, headers, body: text }));
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function answer<T>(response: Response): Promise<Answer<T>> {
  return { status: response.status, headers: response.headers, body: await readJson<T>(response) };
}

/** An answer's JSON as the type a test expects; whether it is that, the test says. */
export async function readJson<T>(response: Response): Promise<T & WireError> {
  return JSON.parse(await response.text());
}
