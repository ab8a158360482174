/** `tokenmeter blocks`: Claude's five-hour windows, newest last; the open one with its pace and where that leads. */
import { dayKey, formatNanoDecimal, totalTokens, wireInstant, wireTotals } from '@tokenmeter/core';
import { formatClockMinute, formatDuration, formatMoney, formatRate, formatTokens } from '@tokenmeter/core/format';
import { type Block, blocksOf, paceOf } from '../blocks.ts';
import { csvLine } from '../csv.ts';
import { costCell, figureTable, moneyFormat } from '../figures.ts';
import { emptyNotes } from '../notes.ts';
import { dayWords, PERIOD, periodDates, periodHeading, readPeriod } from '../period.ts';
import { renderTable } from '../table.ts';
import { defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

export const blocks = defineVerb({
  name: 'blocks',
  summary: "Claude's 5-hour windows, the one that is open with its pace",
  args: { ...PERIOD, active: { type: 'boolean', description: 'Only the window that is open' }, ...FIGURES },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, screen, now, say } = visit;
      const isData = args.json === true || args.csv === true;
      const period = readPeriod(args, house, isData ? 'all' : 'month');
      // Where a window begins depends on the one before, so all hours are asked and only then some are shown.
      const { rows } = await house.ledger.query({ by: ['hour'], tz: 'UTC', only: { agent: ['claude-code'] } });
      const shown = blocksOf(rows, now).filter(
        ({ start, end, isActive }) =>
          (args.active !== true || isActive) &&
          (period.since === undefined || end > period.since) &&
          (period.until === undefined || start < period.until),
      );
      if (args.json) {
        const document = {
          schema: 'tokenmeter.blocks/1',
          generated_at: wireInstant(now),
          ...periodDates(period),
          tz: period.tz,
          partial: shown.some(({ totals }) => totals.unpricedTokens > 0),
          blocks: shown.map((block) => blockJson(block, now)),
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else if (args.csv) {
        await io.out(csvLine(['start', 'end', 'active', 'calls', 'tokens', 'cost_usd', 'cost_is_partial']));
        for (const { start, end, isActive, totals } of shown) {
          const cost = totals.costNano === null ? null : formatNanoDecimal(totals.costNano);
          await io.out(
            csvLine([
              wireInstant(start),
              wireInstant(end),
              isActive,
              totals.calls,
              totalTokens(totals.usage),
              cost,
              totals.unpricedTokens > 0,
            ]),
          );
        }
      } else if (shown.length === 0) {
        const isUsed = rows.length > 0;
        const notes = args.active
          ? ['No window is open: no call of Claude Code in the last five hours.']
          : isUsed
            ? [
                `No 5-hour window of Claude Code in ${periodHeading(period, now, house.config.locale)}.`,
                'Show everything: --period all',
              ]
            : await emptyNotes(visit, period);
        await say(notes);
      } else {
        const lines = [
          screen.plain(`Claude's 5-hour windows, ${periodHeading(period, now, house.config.locale)}`),
          '',
          ...table(visit, shown, period.tz),
        ];
        const open = shown.find(({ isActive }) => isActive);
        if (open) lines.push('', ...activeLines(visit, open, period.tz));
        await say(lines);
      }
      return shown.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});

function table({ house, screen, now }: Visit, shown: readonly Block[], tz: string): string[] {
  const money = moneyFormat(house.config);
  const whole = shown.map(({ totals }) => totals);
  const [first] = whole;
  if (!first) return [];
  const columns = [
    { title: 'Window', align: 'left' as const, shrinkTo: 14 },
    { title: '', align: 'left' as const },
  ];
  const rows = shown.map(({ start, end, isActive, totals }) => ({
    names: [
      { text: screen.isPiped ? wireInstant(start) : spanWords(start, end, tz, now, house.config.locale) },
      isActive ? { text: 'open', role: 'live' as const } : { text: '' },
    ],
    totals,
  }));
  return renderTable({ ...figureTable(columns, rows, first, screen, money), footer: undefined }, screen);
}

function spanWords(start: number, end: number, tz: string, now: number, locale: string): string {
  const until = dayKey(start, tz) === dayKey(end, tz) ? '' : `${dayWords(end, tz, now, locale)}, `;
  return `${dayWords(start, tz, now, locale)}, ${formatClockMinute(start, tz)} to ${until}${formatClockMinute(end, tz)}`;
}

function activeLines({ house, screen, now }: Visit, block: Block, tz: string): string[] {
  const money = moneyFormat(house.config);
  const tokens = totalTokens(block.totals.usage);
  const left = `Open until ${formatClockMinute(block.end, tz)}, ${formatDuration(block.end - now)} to go. ${costCell(block.totals, money).text} so far.`;
  const pace = paceOf(block, tokens, now);
  if (!pace) return [left];
  const rate = formatRate(pace.nanoPerHour, money);
  const cost = pace.projectedNano === null ? '' : `, ${formatMoney(pace.projectedNano, money)}`;
  return [
    left,
    screen.plain(
      `At its pace of ${rate ?? 'an unknown price'} it ends at ${formatTokens(pace.projectedTokens)} tokens${cost}.`,
    ),
  ];
}

function blockJson(block: Block, now: number): Record<string, unknown> {
  const pace = paceOf(block, totalTokens(block.totals.usage), now);
  const money = (nano: bigint | null) => (nano === null ? null : formatNanoDecimal(nano));
  return {
    start: wireInstant(block.start),
    end: wireInstant(block.end),
    active: block.isActive,
    gap_hours: block.gapHours,
    ...wireTotals(block.totals),
    pace: pace
      ? {
          usd_per_hour: money(pace.nanoPerHour),
          tokens_per_hour: pace.tokensPerHour,
          projected_usd: money(pace.projectedNano),
          projected_tokens: pace.projectedTokens,
        }
      : null,
  };
}
