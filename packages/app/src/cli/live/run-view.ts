/**
 * What `tokenmeter run` shows of its run: one line that is drawn over on a terminal, nothing but the last line elsewhere,
 * or every tick as JSON.
 */
import type { Run } from '@tokenmeter/core';
import { formatDuration, formatMoney, formatTokens } from '@tokenmeter/core/format';
import type { LiveFrame } from '../../live/port.ts';
import type { Io } from '../io.ts';
import type { Screen } from '../screen.ts';
import { printable } from '../width.ts';
import { runLine } from './run-line.ts';

export interface RunView {
  /** A frame of the hub; those of other runs are passed over. */
  take(runId: string, frame: LiveFrame): void;
  end(run: Run): Promise<void>;
}

export function openRunView({ io, screen, isJson }: { io: Io; screen: Screen; isJson: boolean }): RunView {
  if (isJson) {
    return {
      take: (runId, { event, data }) => {
        if ((event === 'usage_delta' || event === 'usage_settled') && data.run.run_id === runId)
          void io.out(`${JSON.stringify({ type: event, ...data })}\n`);
      },
      end: async () => undefined,
    };
  }
  return {
    take: (runId, { event, data }) => {
      if (event !== 'usage_delta' || data.run.run_id !== runId || !io.isOutTty) return;
      void io.out(`\r${runLine(data.run, screen)}\u001b[K`);
    },
    end: (run) => io.out(`${io.isOutTty ? '\r\u001b[K' : ''}${lastLine(run)}\n`),
  };
}

/** `success after 12s: $0.28, in 38.6k, out 71.5k, cache 3.33M, 12 calls`; with what was wrong, and by how much a cap was passed. */
function lastLine(run: Run): string {
  const { usage, costNano, unpricedTokens, overshootNano } = run;
  const took = run.endedAt === null ? '' : ` after ${formatDuration(run.endedAt - run.startedAt)}`;
  const cost = costNano === null ? (unpricedTokens > 0 ? 'no price' : '') : formatMoney(costNano);
  const figures = usage
    ? [
        cost,
        `in ${formatTokens(usage.input)}`,
        `out ${formatTokens(usage.output)}`,
        `cache ${formatTokens(usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h)}`,
        `${run.calls} ${run.calls === 1 ? 'call' : 'calls'}`,
        costNano !== null && unpricedTokens > 0 ? `${formatTokens(unpricedTokens)} tokens unpriced` : '',
      ]
    : ['no usage was told'];
  const over = overshootNano !== null && overshootNano > 0n ? `, ${formatMoney(overshootNano)} over its cap` : '';
  const how = run.status === 'interrupted' ? `${run.status} (${STOPS[run.stopReason ?? 'user']}${over})` : run.status;
  const why = run.message === '' || run.status === 'success' ? '' : `\n${printable(run.message)}`;
  return `${how}${took}: ${figures.filter((part) => part !== '').join(', ')}${why}`;
}

const STOPS = {
  user: 'by you',
  budget_capped: 'its budget was spent',
  token_capped: 'its tokens were used',
  turn_capped: 'its turns were used',
} as const;
