/** The only formatter: numbers, money, time and names as the pages, the command line and the statusline print them. */
export type { PriceState } from './certainty.ts';
export { certaintyMark, certaintyWords, priceState, totalsMark, UNKNOWN } from './certainty.ts';
export { formatBytes, formatCount, formatPlural } from './count.ts';
export type { DateFormat } from './date.ts';
export {
  formatAge,
  formatClock,
  formatClockMinute,
  formatDate,
  formatDateTime,
  formatDay,
  formatMonth,
  formatPeriod,
  formatTimeKey,
} from './date.ts';
export type { Level } from './level.ts';
export { capLevel, contextLevel, levelMark, levelWords } from './level.ts';
export type { MoneyFormat } from './money.ts';
export { explainMoney, formatMoney, formatRate } from './money.ts';
export { formatMoneyGroups, formatMoneyParts } from './money-parts.ts';
export { agentName, callerName, modelName, modelNames, projectName } from './names.ts';
export {
  cacheHit,
  contextPercent,
  formatContextPercent,
  formatPercent,
  formatShare,
  formatShares,
  largestRemainderPercents,
} from './percent.ts';
export { pullRequestName } from './pull-request-name.ts';
export { ageTick, formatDuration, formatRecentAge, formatStopTime } from './time.ts';
export { formatTokenRate, formatTokens, formatTokensExact, speakTokens } from './tokens.ts';
export { formatUnread } from './unread.ts';
