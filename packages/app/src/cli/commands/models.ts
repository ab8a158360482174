/** `tokenmeter models`: the models in use, what each cost, and how its name found a price. */
import { formatNanoDecimal, type ModelUse, type Row, wireInstant, wireTotals } from '@tokenmeter/core';
import { agentName, modelNames } from '@tokenmeter/core/format';
import { csvLine } from '../csv.ts';
import { figureTable, moneyFormat } from '../figures.ts';
import { emptyNotes, unpricedNotes } from '../notes.ts';
import { PERIOD, periodDates, readPeriod } from '../period.ts';
import { renderTable } from '../table.ts';
import { heading, sortedRows } from '../usage-report.ts';
import { defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';
import { FILTERS, readFilters } from './usage.ts';

export const models = defineVerb({
  name: 'models',
  summary: 'Models in use, and how each found its price',
  args: { ...PERIOD, agent: FILTERS.agent, ...FIGURES },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, screen, io, now, say } = visit;
      const period = readPeriod(args, house, args.json || args.csv ? 'all' : 'month');
      const only = readFilters({ agent: args.agent }, house);
      const result = await house.ledger.query({
        by: ['model', 'agent'],
        since: period.since,
        until: period.until,
        tz: period.tz,
        only,
      });
      const uses = await house.ledger.models(period.since, period.until);
      const useOf = ({ key }: Row) => uses.find(({ model, agent }) => model === key.model && agent === key.agent);
      const rows = sortedRows(result.rows, ['model', 'agent']);
      if (args.json) {
        const document = {
          schema: 'tokenmeter.models/1',
          generated_at: wireInstant(now),
          ...periodDates(period),
          tz: period.tz,
          partial: result.totals.unpricedTokens > 0,
          models: rows.map((row) => ({ ...row.key, ...wireUse(useOf(row)), ...wireTotals(row) })),
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else if (args.csv) {
        await io.out(
          csvLine([
            'model',
            'agent',
            'seller',
            'price_match',
            'price_id',
            'calls',
            'tokens',
            'cost_usd',
            'cost_is_partial',
            'unpriced_tokens',
          ]),
        );
        for (const row of rows) {
          const { seller, price_match, price_id } = wireUse(useOf(row));
          const cost = row.costNano === null ? null : formatNanoDecimal(row.costNano);
          await io.out(
            csvLine([
              row.key.model,
              row.key.agent,
              seller,
              price_match,
              price_id,
              row.calls,
              wireTotals(row).tokens,
              cost,
              row.unpricedTokens > 0,
              row.unpricedTokens,
            ]),
          );
        }
      } else if (rows.length === 0) {
        await say(await emptyNotes(visit, period));
      } else {
        const names = modelNames(rows.map(({ key }) => key.model ?? ''));
        const table = figureTable(
          [
            { title: 'Model', align: 'left', shrinkTo: 8 },
            { title: 'Agent', align: 'left', shrinkTo: 8, from: 70 },
            { title: 'Price', align: 'left', from: 64 },
          ],
          rows.map((row) => ({
            names: [
              { text: screen.isPiped ? (row.key.model ?? '') : (names.get(row.key.model ?? '') ?? '') },
              { text: screen.isPiped ? (row.key.agent ?? '') : agentName(row.key.agent ?? '') },
              { text: matchWord(useOf(row)) },
            ],
            totals: row,
          })),
          result.totals,
          screen,
          moneyFormat(house.config),
        );
        const notes = await unpricedNotes(house.ledger, period.since, period.until);
        const isGuess = uses.some(({ priceMatch }) => priceMatch === 'family');
        const lines = [...heading(visit, result.totals, period, only), '', ...renderTable(table, screen)];
        if (notes.length > 0 || isGuess) lines.push('');
        lines.push(...notes.map(screen.plain));
        if (isGuess)
          lines.push(
            'family: priced like the nearest known model of its family. tokenmeter prices set makes it certain',
          );
        await say(lines);
      }
      return rows.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});

function wireUse(use: ModelUse | undefined): {
  seller: string | null;
  price_id: string | null;
  price_match: string | null;
} {
  return { seller: use?.seller ?? null, price_id: use?.priceId ?? null, price_match: use?.priceMatch ?? null };
}

/** `exact`, `alias`, `family`, or `none` where there is no price. */
function matchWord(use: ModelUse | undefined): string {
  return use?.priceMatch ?? 'none';
}
