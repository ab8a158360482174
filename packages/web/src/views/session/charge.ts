/**
 * The cost of a call written out: tokens times rate, line by line, from the price that rated it. The amounts are the
 * ledger's own; where a line's product is not what was charged (a fast or batch tier, a region), it says by how much the
 * rate was scaled instead of showing a sum that does not add up. Pure.
 */
import { parseNanoDecimal, type WireCallDetail, type WireRates } from '@tokenmeter/core';
import { TOKEN_TYPE_NAMES, type TokenType } from '../../figures.ts';

export interface ChargeLine {
  readonly type: TokenType | 'other';
  readonly label: string;
  readonly tokens: number;
  /** Nano-dollars for a million tokens; undefined where the price is not known. */
  readonly perMillion: bigint | undefined;
  /** Nano-dollars; null where the call has no price. */
  readonly amount: bigint | null;
}

export interface Charge {
  readonly lines: readonly ChargeLine[];
  readonly total: bigint | null;
  /** Tokens above which the rates of this call hold; undefined for the base rates. */
  readonly tierAbove: number | undefined;
}

const MILLION = 1_000_000n;

/** The rates that a call's size selects: its whole input decides for all types. */
export function ratesOf(call: Pick<WireCallDetail, 'price' | 'context'>): {
  readonly rates: WireRates | undefined;
  readonly tierAbove: number | undefined;
} {
  let rates = call.price?.rates;
  let tierAbove: number | undefined;
  for (const tier of (call.price?.tiers ?? []).toSorted((a, b) => a.above_tokens - b.above_tokens)) {
    if (call.context <= tier.above_tokens) continue;
    rates = tier.rates;
    tierAbove = tier.above_tokens;
  }
  return { rates, tierAbove };
}

export function chargeOf(call: WireCallDetail): Charge {
  const { rates, tierAbove } = ratesOf(call);
  const isPriced = call.cost_usd !== null;
  const money = (text: string) => parseNanoDecimal(text) ?? 0n;
  const parts = call.cost_parts;
  const cacheWrite = money(parts.cache_write);
  const rate5m = perMillion(rates?.cache_write_5m ?? rates?.input);
  const isClaude = (call.price?.model ?? '').toLowerCase().includes('claude');
  // As the ledger completes a price without it: twice the input on Claude models, else what five minutes cost.
  const rate1h =
    perMillion(rates?.cache_write_1h ?? undefined) ?? (isClaude ? times(perMillion(rates?.input), 2n) : rate5m);
  const write1h = splitWrite(cacheWrite, call.cache_write_5m, call.cache_write_1h, rate5m, rate1h);
  const line = (
    type: TokenType,
    label: string,
    tokens: number,
    rate: bigint | undefined,
    amount: bigint,
  ): ChargeLine => ({
    type,
    label,
    tokens,
    perMillion: effectiveRate(tokens, rate, amount, isPriced),
    amount: isPriced ? amount : null,
  });
  const lines: ChargeLine[] = [
    line('input', TOKEN_TYPE_NAMES.input, call.input, perMillion(rates?.input), money(parts.input)),
    line(
      'cacheRead',
      TOKEN_TYPE_NAMES.cacheRead,
      call.cache_read,
      perMillion(rates?.cache_read ?? rates?.input),
      money(parts.cache_read),
    ),
    line('cacheWrite', 'Cache write 5m', call.cache_write_5m, rate5m, cacheWrite - write1h),
    ...(call.cache_write_1h > 0 ? [line('cacheWrite', 'Cache write 1h', call.cache_write_1h, rate1h, write1h)] : []),
    line('output', TOKEN_TYPE_NAMES.output, call.output, perMillion(rates?.output), money(parts.output)),
  ];
  const other = money(parts.other);
  if (other > 0n || call.web_searches > 0)
    lines.push({
      type: 'other',
      label: call.web_searches === 1 ? '1 web search' : `${call.web_searches} web searches`,
      tokens: 0,
      perMillion: undefined,
      amount: isPriced ? other : null,
    });
  return { lines, total: isPriced ? money(call.cost_usd ?? '') : null, tierAbove };
}

/** What the listed rate was multiplied with to make the amounts, to two digits; undefined where it is the rate itself. */
export function scaleOf(charge: Charge, call: WireCallDetail): number | undefined {
  const { rates } = ratesOf(call);
  const listed = perMillion(rates?.input);
  const shown = charge.lines.find(({ type }) => type === 'input')?.perMillion;
  const byOutput = [perMillion(rates?.output), charge.lines.find(({ type }) => type === 'output')?.perMillion] as const;
  const [from, to] = listed && shown && listed !== shown ? [listed, shown] : byOutput;
  if (!from || !to || from === to) return undefined;
  return Math.round((Number(to) / Number(from)) * 100) / 100;
}

/** The listed rate where it explains the amount to a nano-dollar or two, else the rate that does. */
function effectiveRate(
  tokens: number,
  listed: bigint | undefined,
  amount: bigint,
  isPriced: boolean,
): bigint | undefined {
  if (listed === undefined || !isPriced || tokens === 0) return listed;
  const product = (BigInt(tokens) * listed) / MILLION;
  const off = product > amount ? product - amount : amount - product;
  return off <= 2n ? listed : (amount * MILLION + BigInt(tokens) / 2n) / BigInt(tokens);
}

/** Nano-dollars of the hour-long writes within the amount of both kinds. */
function splitWrite(
  amount: bigint,
  tokens5m: number,
  tokens1h: number,
  rate5m: bigint | undefined,
  rate1h: bigint | undefined,
): bigint {
  if (tokens1h === 0) return 0n;
  if (tokens5m === 0) return amount;
  const weight5m = BigInt(tokens5m) * (rate5m ?? 1n);
  const weight1h = BigInt(tokens1h) * (rate1h ?? 1n);
  const sum = weight5m + weight1h;
  return sum === 0n ? 0n : (amount * weight1h + sum / 2n) / sum;
}

function perMillion(dollars: string | null | undefined): bigint | undefined {
  return dollars === null || dollars === undefined ? undefined : parseNanoDecimal(dollars);
}

function times(rate: bigint | undefined, factor: bigint): bigint | undefined {
  return rate === undefined ? undefined : rate * factor;
}
