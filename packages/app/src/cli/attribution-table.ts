/** What consumed the tokens as a table: what entered, what was carried, shares that read as 100, one line of advice. */
import { parseNanoDecimal, type WireAttribution, type WireAttributionGroup } from '@tokenmeter/core';
import { formatBytes, formatCount, formatMoney, formatPercent, formatTokens, UNKNOWN } from '@tokenmeter/core/format';
import { moneyFormat } from './figures.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import type { Visit } from './with-house.ts';

const TITLES = { tool: 'Tool', kind: 'Kind', file: 'File', mcp_server: 'MCP server', agent: 'Agent', thread: 'Thread' };
const BAR = 12;

/** Lines without newlines. */
export function attributionTable(visit: Visit, report: WireAttribution): string[] {
  const { screen, house } = visit;
  const money = moneyFormat(house.config);
  const isMoney = report.measure === 'cost';
  const columns: Column[] = [
    { title: TITLES[report.group], align: 'left', shrinkTo: 10, cut: report.group === 'file' ? 'middle' : 'end' },
    ...(report.group === 'kind' ? [] : [{ title: 'Kind', align: 'left', from: 96, shrinkTo: 6 } as const]),
    { title: 'Calls', align: 'right', from: 62 },
    { title: 'Mean result', align: 'right', from: 108 },
    { title: 'Entered', align: 'right', from: 54 },
    { title: 'Carried', align: 'right', from: 54 },
    { title: 'Re-reads', align: 'right', from: 84 },
    { title: '', align: 'left', from: 96, isPicture: true },
    { title: 'Share', align: 'right', isSorted: !isMoney },
    { title: 'Tokens', align: 'right' },
    { title: 'Cost', align: 'right', isSorted: isMoney },
  ];
  const count = screen.isPiped ? (value: number) => String(value) : formatTokens;
  const cost = (usd: string | null, isComplete: boolean): Cell => ({
    text: usd === null ? UNKNOWN : formatMoney(parseNanoDecimal(usd) ?? 0n, money),
    mark: isComplete ? undefined : '?',
  });
  const row = (group: WireAttributionGroup): Cell[] => {
    const percent = isMoney ? group.cost_percent : group.tokens_percent;
    const about = group.measured_share < 1 ? '≈' : '';
    return [
      { text: (group.label ?? group.key) || 'No name' },
      ...(report.group === 'kind' ? [] : [{ text: group.kind }]),
      { text: group.calls === null ? '' : formatCount(group.calls) },
      { text: group.mean_result_bytes === null ? '' : formatBytes(group.mean_result_bytes) },
      { text: count(group.entered.tokens + group.output.tokens) },
      { text: count(group.carried.tokens) },
      { text: group.re_reads === null ? '' : group.re_reads.toFixed(1) },
      { text: screen.bar(percent / 100, BAR) },
      { text: percent === 0 && group.total.tokens > 0 ? '<1%' : `${percent}%` },
      { text: about + count(group.total.tokens) },
      cost(group.cost_usd, group.cost_complete),
    ];
  };
  const { totals } = report;
  const sum = (of: (group: WireAttributionGroup) => number) => report.groups.reduce((all, one) => all + of(one), 0);
  const footer: Cell[] = [
    { text: 'Total' },
    ...(report.group === 'kind' ? [] : [{ text: '' }]),
    { text: formatCount(totals.tool_calls) },
    { text: '' },
    { text: count(sum((group) => group.entered.tokens + group.output.tokens)) },
    { text: count(sum((group) => group.carried.tokens)) },
    { text: '' },
    { text: '' },
    { text: '' },
    { text: count(totals.tokens) },
    cost(totals.cost_usd, totals.cost_complete),
  ];
  const lines = renderTable({ columns, rows: report.groups.map(row), footer }, screen);
  const notes = [
    ...report.groups.flatMap((group) => nestedNotes(group)),
    ...largestNote(report),
    `${formatPercent(report.measured_share)} of this is measured directly, the rest is split by estimate (≈). The total is exact.`,
    ...(report.advice ? [adviceLine(report.advice, (usd) => cost(usd, true).text)] : []),
  ];
  return [...lines, '', ...notes.map(screen.plain)];
}

/** Sub-agents within a task. */
function nestedNotes({ key, nested }: WireAttributionGroup): string[] {
  if (!nested) return [];
  const names = nested.agents
    .slice(0, 5)
    .map((agent) => `${agent.name ?? 'sub-agent'} ${formatTokens(agent.total.tokens)}`)
    .join(', ');
  const more = nested.agents.length > 5 ? ` and ${nested.agents.length - 5} more` : '';
  return [`Within ${key}, sub-agents used ${formatTokens(nested.total.tokens)}: ${names}${more}.`];
}

/** The things that cost most, by name. */
function largestNote({ items }: WireAttribution): string[] {
  const named = items.filter((item) => item.name !== null).slice(0, 3);
  if (named.length === 0) return [];
  const words = named.map(
    ({ name, tool, tokens, entered, re_reads }) =>
      `${[tool, name].filter(Boolean).join(' ')} ${formatTokens(tokens)} (${formatTokens(entered)}, re-read ${re_reads === 1 ? 'once' : `${re_reads} times`})`,
  );
  return [`Largest items: ${words.join(', ')}.`];
}

function adviceLine(
  { text, saves_tokens, saves_usd }: NonNullable<WireAttribution['advice']>,
  money: (usd: string) => string,
): string {
  const dollars = saves_usd === null ? '' : `, ${money(saves_usd)}`;
  return `${text} It might have saved up to ${formatTokens(saves_tokens)} tokens${dollars}.`;
}
