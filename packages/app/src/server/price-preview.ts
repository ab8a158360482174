/**
 * What a price would change before it is stored. It rates totals, not calls: exact but for rounding (a price of one's own
 * has no tiers), and but for calls that a fast or batch tier makes dearer or cheaper. It stores nothing.
 */
import { type LedgerReader, NO_USAGE, type PriceOverride, type Row, type Totals } from '@tokenmeter/core';
import { createPriceBook, type PriceBook } from '@tokenmeter/core/price';

export interface PriceEffect {
  readonly calls: number;
  readonly before: Pick<Totals, 'costNano' | 'unpricedTokens'>;
  readonly after: Pick<Totals, 'costNano' | 'unpricedTokens'>;
}

export async function previewPrice(ledger: LedgerReader, price: PriceOverride): Promise<PriceEffect> {
  const isSame = (other: PriceOverride) => other.seller === price.seller && other.model === price.model;
  const own = await ledger.priceOverrides();
  const later = own.filter((other) => isSame(other) && other.from > price.from).map(({ from }) => from);
  const book = createPriceBook({
    overrides: [...own.filter((other) => !isSame(other) || other.from !== price.from), price],
  });
  const [all, touched, uses] = await Promise.all([
    ledger.query({ by: [], tz: 'UTC' }),
    ledger.query({
      by: ['agent', 'model'],
      tz: 'UTC',
      since: price.from || undefined,
      until: later.length > 0 ? Math.min(...later) : undefined,
    }),
    ledger.models(),
  ]);
  let { costNano, unpricedTokens } = all.totals;
  let calls = 0;
  for (const row of touched.rows) {
    const sellers = uses
      .filter((use) => use.agent === row.key.agent && use.model === row.key.model)
      .map((use) => use.seller);
    const rated = rateRow(book, row, sellers, price);
    if (rated === undefined) continue;
    calls += row.calls;
    costNano = (costNano ?? 0n) - (row.costNano ?? 0n) + rated + row.cost.other;
    unpricedTokens -= row.unpricedTokens;
  }
  return { calls, before: all.totals, after: { costNano, unpricedTokens } };
}

/** Nano-dollars of a row's tokens at the new price; undefined where the row is not rated with it. */
function rateRow(book: PriceBook, row: Row, sellers: readonly string[], price: PriceOverride): bigint | undefined {
  const { agent = '', model = '' } = row.key;
  for (const seller of new Set(sellers)) {
    const found = book.find(agent, seller, model, price.from);
    if (found?.price.origin !== 'user' || found.price.model !== price.model.trim() || found.price.from !== price.from)
      continue;
    const call = { agent, seller, model, at: price.from, tier: '', geo: '', webSearches: 0 };
    // Bucket by bucket, so that no product leaves the range in which one call's amount is exact.
    const { reasoning: _, ...buckets } = row.usage;
    return Object.entries(buckets).reduce(
      (sum, [bucket, tokens]) => sum + rateTokens(book, { ...call, usage: { ...NO_USAGE, [bucket]: tokens } }),
      0n,
    );
  }
  return undefined;
}

function rateTokens(book: PriceBook, call: Parameters<PriceBook['rate']>[0]): bigint {
  return BigInt(book.rate(call)?.totalNano ?? 0);
}
