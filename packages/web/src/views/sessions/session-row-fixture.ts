/** A session for tests of the list: 100 tokens, at the price given or without one. */
import type { WireSession } from '@tokenmeter/core';

export function makeSession(id: string, costUsd: string | null, change: Partial<WireSession> = {}): WireSession {
  return {
    agent: 'claude-code',
    agent_name: 'Claude Code',
    session_id: id,
    root_session_id: id,
    parent_session_id: null,
    title: null,
    project: '/code/app',
    project_name: 'app',
    branch: null,
    started_at: '2026-11-21T10:00:00.000Z',
    ended_at: '2026-11-21T10:10:00.000Z',
    models: ['claude-opus-4-6'],
    threads: 1,
    prompts: 1,
    compactions: 0,
    pull_requests: [],
    context_peak: null,
    context_window: null,
    totals: {
      calls: 1,
      input: 40,
      cache_read: 30,
      cache_write_5m: 10,
      cache_write_1h: 0,
      output: 20,
      reasoning: null,
      reasoning_complete: false,
      tokens: 100,
      tool_calls: 0,
      cost_usd: costUsd,
      cost_complete: costUsd !== null,
      unpriced_tokens: costUsd === null ? 100 : 0,
      inexact_tokens: 0,
      cost_parts: { input: '0', cache_read: '0', cache_write: '0', output: '0', other: '0' },
    },
    ...change,
  };
}
