/** Small calls, threads and prices for the tests of this folder. Not part of the pages. */
import type { WireCall, WireCallDetail, WireMark, WirePrice, WireThread, WireTotals } from '@tokenmeter/core';

export const PARTS = { input: '0', cache_read: '0', cache_write: '0', output: '0', other: '0' };

function aTotal(cost: string | null, change: Partial<WireTotals> = {}): WireTotals {
  return {
    calls: 1,
    input: 1,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: 1,
    reasoning: null,
    reasoning_complete: false,
    tokens: 2,
    tool_calls: 0,
    cost_usd: cost,
    cost_complete: cost !== null,
    unpriced_tokens: cost === null ? 2 : 0,
    inexact_tokens: 0,
    cost_parts: PARTS,
    ...change,
  };
}

export function aThread(id: string, parent: string | null, cost: string | null, change: Partial<WireThread> = {}) {
  const thread: WireThread = {
    thread_id: id,
    parent_thread_id: parent,
    name: parent === null ? null : 'explore',
    spawned_by: null,
    models: ['claude-opus-4-6'],
    started_at: '2026-11-21T13:00:00.000Z',
    ended_at: '2026-11-21T13:10:00.000Z',
    context_used: null,
    context_window: 200_000,
    totals: aTotal(cost),
    ...change,
  };
  return thread;
}

export function aCall(id: string, second: number, change: Partial<WireCall> = {}): WireCall {
  return {
    id,
    agent: 'claude-code',
    session_id: 's1',
    thread_id: 'main',
    caller: 'lead',
    model: 'claude-opus-4-6',
    at: new Date(Date.parse('2026-11-21T13:00:00Z') + second * 1000).toISOString(),
    input: 10,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: 5,
    reasoning: null,
    tokens: 15,
    context: 10,
    context_window: 200_000,
    certainty: 'exact',
    cost_usd: '0.010000000',
    cost_parts: PARTS,
    stop_reason: 'end_turn',
    counted: true,
    tools: [],
    ...change,
  };
}

export function aMark(kind: WireMark['kind'], second: number, change: Partial<WireMark> = {}): WireMark {
  return {
    kind,
    thread_id: 'main',
    at: new Date(Date.parse('2026-11-21T13:00:00Z') + second * 1000).toISOString(),
    before: null,
    after: null,
    ...change,
  };
}

export const OPUS: WirePrice = {
  id: 'anthropic/claude-opus-4-6',
  seller: 'anthropic',
  model: 'claude-opus-4-6',
  from: null,
  rates: { input: '5', output: '25', cache_read: '0.5', cache_write_5m: '6.25', cache_write_1h: '10' },
  tiers: [
    {
      above_tokens: 200_000,
      rates: { input: '10', output: '37.5', cache_read: '1', cache_write_5m: '12.5', cache_write_1h: '20' },
    },
  ],
  origin: 'catalogue',
};

export function aDetail(change: Partial<WireCallDetail> = {}): WireCallDetail {
  return {
    ...aCall('c1', 0),
    request_id: 'req_1',
    response_id: 'msg_1',
    cwd: '/home/ana/code/ledger-api',
    branch: 'main',
    tier: '',
    geo: '',
    web_searches: 0,
    price: OPUS,
    price_match: 'exact',
    sightings: [],
    ...change,
  };
}
