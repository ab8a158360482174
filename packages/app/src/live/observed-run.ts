/** A session whose log grows, as a run: its id is its root session's, and it can be watched but not stopped. */
import type { Run, SessionDetail } from '@tokenmeter/core';
import { addUsage } from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';
import type { PriceBook } from '@tokenmeter/core/price';
import { FollowedRun } from './followed-run.ts';

const FROM_A_LOG: LiveCapabilities = {
  liveInput: false,
  liveOutput: false,
  subAgentUsage: 'call',
  contextWindow: true,
  cost: false,
  interrupt: 'none',
  cannot: ['It is followed from its log: a call is told when it is over'],
};

export function observedRun(detail: SessionDetail, book: () => PriceBook): FollowedRun {
  return new FollowedRun({
    book,
    capabilities: FROM_A_LOG,
    cannotStop: "This source is read only, tokenmeter can't stop it",
    // The meter tells what it used.
    run: { ...runOfSession(detail, true), usage: null, calls: 0, costNano: null, unpricedTokens: 0 },
  });
}

/** The row of a session that was only observed, its sub-agents' sessions included. */
export function runOfSession({ summary, children }: SessionDetail, isRunning: boolean): Run {
  const below = children.filter((child) => child.rootSessionId === summary.sessionId);
  const parts = [summary, ...below].map(({ totals }) => totals);
  const costs = parts.map(({ costNano }) => costNano).filter((nano) => nano !== null);
  const endedAt = Math.max(...[summary, ...below].map((session) => session.endedAt));
  const calls = parts.reduce((sum, totals) => sum + totals.calls, 0);
  return {
    id: summary.sessionId,
    agent: summary.agent,
    origin: 'observed',
    name: '',
    taskId: '',
    title: summary.title,
    cwd: summary.project,
    sessionId: summary.sessionId,
    requestedModel: '',
    model: summary.models[0] ?? '',
    status: isRunning ? 'running' : 'ended',
    stopReason: null,
    message: '',
    startedAt: summary.startedAt,
    endedAt: isRunning ? null : endedAt,
    exitCode: null,
    pid: null,
    stopMs: null,
    usage: calls === 0 ? null : parts.map(({ usage }) => usage).reduce(addUsage),
    calls,
    costNano: costs.length === 0 ? null : costs.reduce((sum, nano) => sum + nano, 0n),
    unpricedTokens: parts.reduce((sum, totals) => sum + totals.unpricedTokens, 0),
    budgetNano: null,
    overshootNano: null,
    agentVersion: '',
  };
}
