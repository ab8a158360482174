/** A run on one line: tokens, cost, context, what it is at, its sub-agents. As wide as the terminal at most. */
import type { WireLiveRun } from '@tokenmeter/core';
import { contextLevel, formatTokens, levelMark } from '@tokenmeter/core/format';
import type { Screen } from '../screen.ts';
import { activityWords, costCell, money } from '../top/cells.ts';
import { displayWidth, printable, truncate } from '../width.ts';

/** What matters least stands last: it is left out first where the terminal is narrow. */
export function runLine(run: WireLiveRun, screen: Screen): string {
  const usage = run.usage;
  const { percent } = run.context;
  const agents = run.threads.filter((thread) => thread.parent_thread_id !== null && thread.status === 'running').length;
  const cost = run.cap ? `${costCell(run, 'cost').text} of ${money(run.cap.amount_usd)}` : costCell(run, 'cost').text;
  const parts = [
    cost,
    percent === null ? '' : `ctx ${percent}%${levelMark(contextLevel(percent / 100))}`,
    usage ? `in ${formatTokens(usage.input)}` : '',
    usage ? `out ${run.estimated_tokens > 0 ? '~' : ''}${formatTokens(usage.output)}` : '',
    usage ? `cache ${formatTokens(usage.cache_read + usage.cache_write_5m + usage.cache_write_1h)}` : '',
    printable(run.status === 'running' ? activityWords(run) : run.status),
    agents === 0 ? '' : `${agents} ${agents === 1 ? 'sub-agent' : 'sub-agents'}`,
  ].filter((part) => part !== '');
  while (parts.length > 1 && displayWidth(parts.join('  ')) >= screen.width) parts.pop();
  const line = parts.join('  ');
  return Number.isFinite(screen.width) ? truncate(line, screen.width) : line;
}
