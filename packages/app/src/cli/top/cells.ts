/** The cells of a live view: context with its bar, money with its marks, a dot for the state. Plain text with a role each. */
import { parseNanoDecimal, type WireContext, type WireLiveRun, type WireLiveThread } from '@tokenmeter/core';
import {
  capLevel,
  contextLevel,
  formatMoney,
  formatRate,
  formatTokens,
  type Level,
  levelMark,
} from '@tokenmeter/core/format';
import type { Role, Screen } from '../screen.ts';

export interface Cell {
  readonly text: string;
  readonly role?: Role | undefined;
}

const roleOf = (level: Level): Role | undefined =>
  level === 'ok' ? undefined : level === 'critical' ? 'over' : 'watch';

/** `████▌····· 45%`, or the number alone. */
export function contextCell(context: WireContext, screen: Screen, barWidth: number): Cell {
  const { percent } = context;
  if (percent === null) return { text: context.used === null ? '' : formatTokens(context.used), role: 'dim' };
  const level = contextLevel(percent / 100);
  const figure = `${`${percent}%`.padStart(4)}${levelMark(level)}`;
  const bar = barWidth === 0 ? '' : screen.bar(percent / 100, barWidth).replace(/ /g, '·');
  return { text: bar + figure, role: roleOf(level) };
}

export function costCell(of: WireLiveRun | WireLiveThread, unit: 'cost' | 'tokens'): Cell {
  const isEstimate = 'estimated_tokens' in of && of.estimated_tokens > 0;
  if (unit === 'tokens') {
    if (of.usage === null) return { text: '—', role: 'dim' };
    return { text: `${isEstimate ? '~' : ''}${formatTokens(of.usage.tokens)}` };
  }
  const { cost_usd: cost, cost_complete: isComplete } = of.spend;
  if (cost === null) return { text: of.spend.unpriced_tokens > 0 ? '?' : '—', role: 'dim' };
  return { text: `${isEstimate ? '~' : ''}${money(cost)}${isComplete ? '' : '?'}` };
}

export function capCell(run: WireLiveRun): Cell {
  if (!run.cap) return { text: '' };
  const level = capLevel(run.cap.percent / 100);
  return { text: `${money(run.cap.amount_usd)}${levelMark(level)}`, role: roleOf(level) };
}

export function money(usd: string | null): string {
  return formatMoney(usd === null ? null : parseNanoDecimal(usd));
}

/** `$6.40/h`, '' where no rate is known. */
export function rate(usdPerHour: string | null): string {
  return formatRate(usdPerHour === null ? null : parseNanoDecimal(usdPerHour), { compact: true }) ?? '';
}

/** What it is at, in a few words. */
export function activityWords(of: WireLiveRun | WireLiveThread): string {
  const { state, tool, message } = of.activity;
  switch (state) {
    case 'tool':
      return tool ? `${tool.name}${tool.count > 1 ? ` +${tool.count - 1}` : ''}` : 'tool';
    case 'model':
      return 'writing';
    case 'waiting_approval':
      return 'waits for approval';
    case 'waiting_user':
      return 'waits for you';
    case 'retrying':
      return message ? `retrying: ${message}` : 'retrying';
    case 'ended':
      return message ? `ended: ${message}` : 'ended';
    default:
      return state;
  }
}

/** `●` at work, `◌` waiting, `○` unknown since the stream is cut, `·` over. */
export function dotCell(of: WireLiveRun | WireLiveThread, isOffline: boolean): Cell {
  const { state } = of.activity;
  if (of.ended_at !== null) return { text: '·', role: 'dim' };
  if (isOffline) return { text: '○', role: 'dim' };
  if (state === 'quiet' || state === 'waiting_user' || state === 'waiting_approval') return { text: '◌', role: 'dim' };
  return { text: '●', role: 'live' };
}
