/** `tokenmeter prices list` and `show`: what each model costs a million tokens, since when, and whose price it is. */
import { type ModelUse, TokenmeterError, wireInstant } from '@tokenmeter/core';
import { modelName } from '@tokenmeter/core/format';
import { formatDollarsPerMillion, type Price, type Rates } from '@tokenmeter/core/price';
import { type Cell, renderTable } from '../table.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

const COLUMNS = [
  { title: 'Input', align: 'right' },
  { title: 'Output', align: 'right' },
  { title: 'Cache rd', align: 'right', from: 66 },
  { title: 'Write 5m', align: 'right', from: 76 },
  { title: 'Write 1h', align: 'right', from: 86 },
] as const;

export const list = defineVerb({
  name: 'prices list',
  summary: 'Models in use with the price each gets',
  args: {
    ...COMMON,
    scan: FIGURES.scan,
    json: FIGURES.json,
    all: { type: 'boolean', description: 'Every price in the book' },
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, screen, now, say } = visit;
      const book = house.ledger.prices();
      const overrides = await house.ledger.priceOverrides();
      if (args.all) {
        if (args.json)
          await io.out(
            `${JSON.stringify({ schema: 'tokenmeter.prices/1', version: book.version, prices: book.list().map(priceJson) })}\n`,
          );
        else await say(['Prices, dollars per million tokens', '', ...priceTable(visit, book.list())]);
        return EXIT.ok;
      }
      const uses = [...(await house.ledger.models())].sort(
        (a, b) => b.unpricedTokens - a.unpricedTokens || b.tokens - a.tokens,
      );
      const priceOf = (use: ModelUse) => book.find(use.agent, use.seller, use.model, now);
      if (args.json) {
        const document = {
          schema: 'tokenmeter.prices/1',
          generated_at: wireInstant(now),
          version: book.version,
          models: uses.map((use) => {
            const found = priceOf(use);
            return {
              agent: use.agent,
              seller: use.seller,
              model: use.model,
              tokens: use.tokens,
              unpriced_tokens: use.unpricedTokens,
              match: found?.match ?? null,
              price: found ? priceJson(found.price) : null,
            };
          }),
          overrides: overrides.length,
        };
        await io.out(`${JSON.stringify(document)}\n`);
        return uses.length === 0 ? EXIT.noData : EXIT.ok;
      }
      if (uses.length === 0) {
        await say('No model in use yet. tokenmeter prices list --all shows the whole book');
        return EXIT.noData;
      }
      const rows = uses.map((use): Cell[] => {
        const found = priceOf(use);
        const name = { text: screen.isPiped ? use.model : modelName(use.model) };
        if (!found)
          return [
            name,
            { text: use.seller },
            ...COLUMNS.map(() => ({ text: '—' })),
            { text: 'no price', role: 'watch' },
          ];
        return [
          name,
          { text: found.price.seller },
          ...rateCells(found.price.rates),
          { text: found.match },
          { text: originWord(found.price) },
        ];
      });
      const lines = renderTable(
        {
          columns: [
            { title: 'Model', align: 'left', shrinkTo: 8 },
            { title: 'Seller', align: 'left', shrinkTo: 6, from: 60 },
            ...COLUMNS,
            { title: 'Match', align: 'left', from: 50 },
            { title: 'From', align: 'left', from: 96 },
          ],
          rows,
        },
        screen,
      );
      await say(['Prices today, dollars per million tokens', '', ...lines]);
      return EXIT.ok;
    }),
});

export const show = defineVerb({
  name: 'prices show',
  summary: 'All prices of a model, dated',
  args: {
    model: { type: 'positional', required: true, description: 'Name of the model, or a part of it' },
    ...COMMON,
    json: FIGURES.json,
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, say } = visit;
      const all = house.ledger.prices().list();
      const wanted = args.model.toLowerCase();
      const exact = all.filter(({ model }) => model.toLowerCase() === wanted);
      const found =
        exact.length > 0
          ? exact
          : all.filter(({ model, id }) => model.toLowerCase().includes(wanted) || id.toLowerCase() === wanted);
      if (found.length === 0)
        throw new TokenmeterError(
          'no-data',
          `Cannot find a price of "${args.model}": give it one with tokenmeter prices set ${args.model} --input N --output N`,
        );
      if (args.json)
        await io.out(`${JSON.stringify({ schema: 'tokenmeter.prices/1', prices: found.map(priceJson) })}\n`);
      else await say([`Prices of ${args.model}, dollars per million tokens`, '', ...priceTable(visit, found)]);
      return EXIT.ok;
    }),
});

function priceTable({ screen }: Visit, prices: readonly Price[]): string[] {
  return renderTable(
    {
      columns: [
        { title: 'Model', align: 'left', shrinkTo: 8 },
        { title: 'Seller', align: 'left', shrinkTo: 6, from: 50 },
        { title: 'From', align: 'left' },
        ...COLUMNS,
        { title: 'Whose', align: 'left', from: 96 },
      ],
      rows: prices.flatMap((price) => [
        [
          { text: price.model },
          { text: price.seller },
          { text: fromWord(price) },
          ...rateCells(price.rates),
          { text: originWord(price) },
        ],
        ...price.tiers.map((tier): Cell[] => [
          { text: `  above ${tier.aboveTokens} tokens`, role: 'dim' },
          { text: '' },
          { text: '' },
          ...rateCells(tier.rates),
          { text: '' },
        ]),
      ]),
    },
    screen,
  );
}

function rateCells(rates: Rates): Cell[] {
  const word = (pico: number | undefined) => ({ text: pico === undefined ? '—' : formatDollarsPerMillion(pico) });
  return [
    word(rates.input),
    word(rates.output),
    word(rates.cacheRead),
    word(rates.cacheWrite5m),
    word(rates.cacheWrite1h),
  ];
}

function fromWord({ from, hours }: Price): string {
  const day = from === 0 ? 'ever' : new Date(from).toISOString().slice(0, 10);
  return hours ? `${day} ${clock(hours.startMinute)}-${clock(hours.endMinute)} UTC` : day;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function originWord({ origin }: Price): string {
  return origin === 'user' ? 'yours' : 'built in';
}

export function priceJson(price: Price): Record<string, unknown> {
  const dollars = (pico: number | undefined) => (pico === undefined ? null : formatDollarsPerMillion(pico));
  const rates = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Rates) => ({
    input: dollars(input),
    output: dollars(output),
    cache_read: dollars(cacheRead),
    cache_write_5m: dollars(cacheWrite5m),
    cache_write_1h: dollars(cacheWrite1h),
  });
  return {
    id: price.id,
    seller: price.seller,
    model: price.model,
    from: price.from === 0 ? null : new Date(price.from).toISOString().slice(0, 10),
    rates: rates(price.rates),
    tiers: price.tiers.map((tier) => ({ above_tokens: tier.aboveTokens, rates: rates(tier.rates) })),
    origin: price.origin,
  };
}
