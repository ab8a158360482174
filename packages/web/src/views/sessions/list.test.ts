import type { WireSession } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../table/copy.ts';
import { countSubAgents, durationMs, SESSION_COPY, serverSort, sessionTitle } from './list.ts';
import { putPage, readPage, rowsShown } from './paging.ts';

const TOTALS = {
  calls: 3,
  input: 10,
  cache_read: 20,
  cache_write_5m: 5,
  cache_write_1h: 1,
  output: 4,
  reasoning: null,
  reasoning_complete: false,
  tokens: 40,
  tool_calls: 7,
  cost_usd: null,
  cost_complete: false,
  unpriced_tokens: 40,
  inexact_tokens: 0,
  cost_parts: { input: '0', cache_read: '0', cache_write: '0', output: '0', other: '0' },
};
const SESSION: WireSession = {
  agent: 'codex',
  agent_name: 'Codex',
  session_id: 's1',
  root_session_id: 's1',
  parent_session_id: null,
  title: null,
  project: '/home/ana/code/ledger-api',
  project_name: 'ledger-api',
  branch: 'main',
  started_at: '2026-11-18T13:32:08.000Z',
  ended_at: '2026-11-18T14:14:08.000Z',
  models: ['gpt-5.3-codex'],
  threads: 4,
  prompts: 2,
  compactions: 0,
  pull_requests: [],
  context_peak: 128_000,
  context_window: 200_000,
  totals: TOTALS,
};
const DATES = { now: Date.parse('2026-11-21T12:00:00Z'), tz: 'Europe/Berlin', locale: 'en-US' };

describe('a session in the list', () => {
  it('is called by its own title, else by project and time', () => {
    expect(sessionTitle(SESSION, DATES)).toBe('ledger-api, Nov 18, 14:32');
    expect(sessionTitle({ ...SESSION, title: 'Fix the lock' }, DATES)).toBe('Fix the lock');
    expect(sessionTitle({ ...SESSION, project: '', project_name: '' }, DATES)).toBe('No project, Nov 18, 14:32');
  });

  it('counts its sub-agents without the main thread, and none for a session that has no thread', () => {
    expect(countSubAgents(SESSION)).toBe(3);
    expect(countSubAgents({ ...SESSION, threads: 0 })).toBe(0);
  });

  it('lasts from its first to its last record, never less than nothing', () => {
    expect(durationMs(SESSION)).toBe(42 * 60_000);
    expect(durationMs({ ...SESSION, ended_at: '2026-11-18T13:00:00.000Z' })).toBe(0);
  });

  it('is copied raw, with an empty cell where the cost is unknown', () => {
    const [head = '', row = ''] = toCsv([SESSION], SESSION_COPY).split('\r\n');
    const cell = (name: string) => row.split(',')[head.split(',').indexOf(name)];
    expect(cell('cost_usd')).toBe('');
    expect(cell('cost_is_partial')).toBe('true');
    expect(cell('tokens')).toBe('40');
    expect(cell('title')).toBe('');
  });

  it('is sorted by the server, from the largest unless told otherwise', () => {
    expect(serverSort({ column: 'cost', ascending: false })).toBe('cost');
    expect(serverSort({ column: 'cost', ascending: true })).toBe('cost:asc');
  });
});

describe('putPage()', () => {
  it('carries the key of the row before the page, and reads back', () => {
    const second = putPage('?agent=codex', { number: 2, after: '17.s=1&x' });
    expect(readPage(second)).toEqual({ number: 2, after: '17.s=1&x' });
    expect(second).toContain('agent=codex');
  });

  it('leaves nothing behind on page 1', () => {
    expect(putPage(putPage('?q=wal', { number: 3, after: 'k' }), { number: 1, after: undefined })).toBe('?q=wal');
  });

  it('takes a page number without a key for page 1', () => {
    expect(readPage('?page=4').number).toBe(1);
    expect(readPage('?after=k').number).toBe(1);
  });
});

describe('rowsShown()', () => {
  it('numbers the rows through all pages', () => {
    expect(rowsShown(1, 50)).toEqual({ first: 1, last: 50 });
    expect(rowsShown(3, 12)).toEqual({ first: 101, last: 112 });
    expect(rowsShown(1, 0)).toEqual({ first: 0, last: 0 });
  });
});
