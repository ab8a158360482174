/** A session whose log grows, as a run: its id is its root session's, and it can be watched but not stopped. */
import type { SessionDetail } from '@tokenmeter/core';
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

export function observedRun({ summary }: SessionDetail, book: () => PriceBook): FollowedRun {
  return new FollowedRun({
    book,
    capabilities: FROM_A_LOG,
    cannotStop: "This source is read only, tokenmeter can't stop it",
    run: {
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
      status: 'running',
      stopReason: null,
      message: '',
      startedAt: summary.startedAt,
      endedAt: null,
      exitCode: null,
      pid: null,
      stopMs: null,
      usage: null,
      calls: 0,
      costNano: null,
      unpricedTokens: 0,
      budgetNano: null,
      overshootNano: null,
      agentVersion: '',
    },
  });
}
