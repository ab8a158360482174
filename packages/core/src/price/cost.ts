/**
 * What one call costs at one price: exact in pico-dollars, rounded once to nano-dollars, half to even; the parts by largest
 * remainder, so that they sum to the whole. It refuses to throw: counts that are no counts are taken as none.
 */
import { picoToNano } from '../money.ts';
import type { TokenUsage } from '../usage.ts';
import type { Modifier } from './modifiers.ts';
import type { Price, PriceMatch, Rates, Rating } from './price.ts';

/** Pico-dollars per token of every bucket: nothing left to decide at rating time. */
export interface FullRates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

/** A price ready for rating: modified, completed and flagged. */
export interface RateCard {
  readonly priceId: string;
  readonly match: PriceMatch;
  readonly base: FullRates;
  /** Ascending; the last one below the call's input applies to the whole call. */
  readonly tiers: readonly { readonly aboveTokens: number; readonly rates: FullRates }[];
  /** Pico-dollars a search; undefined: the seller's fee is unknown. */
  readonly searchPico: number | undefined;
}

/**
 * Buckets without a price of their own. Cache reads and writes then cost what input costs (they are input, and the catalogue's
 * own reckoning does the same); a 1-hour write costs what a 5-minute one does, except on Claude models, where it is "2x base
 * input price" wherever they are sold (platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing).
 */
export function completeRates(rates: Rates, isClaude: boolean): FullRates {
  const cacheWrite5m = rates.cacheWrite5m ?? rates.input;
  return {
    input: rates.input,
    output: rates.output,
    cacheRead: rates.cacheRead ?? rates.input,
    cacheWrite5m,
    cacheWrite1h: rates.cacheWrite1h ?? (isClaude ? 2 * rates.input : cacheWrite5m),
  };
}

export function rateCard(price: Price, match: PriceMatch, modifier: Modifier | undefined, mark = ''): RateCard {
  const isClaude = price.model.toLowerCase().includes('claude');
  const full = (rates: Rates) => completeRates(rates, isClaude);
  const scaled = (rates: Rates) => (modifier === undefined ? full(rates) : scaleRates(full(rates), modifier));
  const tiers = [...price.tiers].sort((a, b) => a.aboveTokens - b.aboveTokens);
  return {
    priceId: `${price.id}${mark}`,
    match: modifier?.isGuess ? 'family' : match,
    base: scaled(price.rates),
    tiers: tiers.map((tier) => ({
      aboveTokens: tier.aboveTokens,
      rates: modifier?.isShortOnly ? full(tier.rates) : scaled(tier.rates),
    })),
    // A search costs the same at any speed and in any region.
    searchPico: price.webSearchNano === undefined ? undefined : price.webSearchNano * 1000,
  };
}

function scaleRates(rates: FullRates, { numerator, denominator }: Modifier): FullRates {
  // A fraction of a pico-dollar a token can only come from halving an odd price; it is rounded here, once.
  const scale = (pico: number) => Math.round((pico * numerator) / denominator);
  return {
    input: scale(rates.input),
    output: scale(rates.output),
    cacheRead: scale(rates.cacheRead),
    cacheWrite5m: scale(rates.cacheWrite5m),
    cacheWrite1h: scale(rates.cacheWrite1h),
  };
}

/** The rates of the whole call: its total input, cache included, selects one tier for all buckets. */
function ratesFor(card: RateCard, inputTokens: number): FullRates {
  let rates = card.base;
  for (const tier of card.tiers) if (inputTokens > tier.aboveTokens) rates = tier.rates;
  return rates;
}

/** The rating of a call at a card. Plain numbers while all stays below 2^53 pico-dollars (9,007 dollars), bigint beyond. */
export function charge(card: RateCard, usage: TokenUsage, webSearches: number): Rating {
  const rates = ratesFor(card, usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h);
  const input = usage.input * rates.input;
  const read = usage.cacheRead * rates.cacheRead;
  const write = usage.cacheWrite5m * rates.cacheWrite5m + usage.cacheWrite1h * rates.cacheWrite1h;
  const output = usage.output * rates.output;
  const other = webSearches === 0 ? 0 : webSearches * (card.searchPico ?? 0);
  // An unknown fee leaves the total too low: say that it is a guess.
  const match = webSearches > 0 && card.searchPico === undefined ? 'family' : card.match;
  const total = input + read + write + output + other;
  if (!Number.isSafeInteger(total) || input < 0 || read < 0 || write < 0 || output < 0 || other < 0) {
    return chargeExactly(card, match, usage, webSearches);
  }
  return share(card.priceId, match, total, input, read, write, output, other);
}

/** Pico-dollars in, nano-dollars out. */
function share(
  priceId: string,
  match: PriceMatch,
  total: number,
  input: number,
  read: number,
  write: number,
  output: number,
  other: number,
): Rating {
  const rest = total % 1000;
  const whole = (total - rest) / 1000;
  const totalNano = rest > 500 || (rest === 500 && whole % 2 === 1) ? whole + 1 : whole;
  let inputRest = input % 1000;
  let readRest = read % 1000;
  let writeRest = write % 1000;
  let outputRest = output % 1000;
  let otherRest = other % 1000;
  let inputNano = (input - inputRest) / 1000;
  let cacheReadNano = (read - readRest) / 1000;
  let cacheWriteNano = (write - writeRest) / 1000;
  let outputNano = (output - outputRest) / 1000;
  let otherNano = (other - otherRest) / 1000;
  let left = totalNano - inputNano - cacheReadNano - cacheWriteNano - outputNano - otherNano;
  for (; left > 0; left -= 1) {
    const largest = Math.max(inputRest, readRest, writeRest, outputRest, otherRest);
    if (inputRest === largest) [inputNano, inputRest] = [inputNano + 1, -1];
    else if (readRest === largest) [cacheReadNano, readRest] = [cacheReadNano + 1, -1];
    else if (writeRest === largest) [cacheWriteNano, writeRest] = [cacheWriteNano + 1, -1];
    else if (outputRest === largest) [outputNano, outputRest] = [outputNano + 1, -1];
    else [otherNano, otherRest] = [otherNano + 1, -1];
  }
  return { priceId, match, totalNano, inputNano, cacheReadNano, cacheWriteNano, outputNano, otherNano };
}

/** The same with bigint, and with anything that is not a count read as none. */
function chargeExactly(card: RateCard, match: PriceMatch, usage: TokenUsage, webSearches: number): Rating {
  const input = count(usage.input);
  const read = count(usage.cacheRead);
  const write5m = count(usage.cacheWrite5m);
  const write1h = count(usage.cacheWrite1h);
  const rates = ratesFor(card, Number(input + read + write5m + write1h));
  const parts = [
    input * BigInt(rates.input),
    read * BigInt(rates.cacheRead),
    write5m * BigInt(rates.cacheWrite5m) + write1h * BigInt(rates.cacheWrite1h),
    count(usage.output) * BigInt(rates.output),
    count(webSearches) * BigInt(card.searchPico ?? 0),
  ];
  const total = picoToNano(parts.reduce((sum, part) => sum + part, 0n));
  const nanos = parts.map((part) => part / 1000n);
  const order = parts.map((part, index) => ({ index, rest: part % 1000n }));
  order.sort((a, b) => Number(b.rest - a.rest) || a.index - b.index);
  const left = Number(total - nanos.reduce((sum, nano) => sum + nano, 0n));
  for (const { index } of order.slice(0, left)) nanos[index] = (nanos[index] ?? 0n) + 1n;
  const nano = (index: number) => Number(nanos[index] ?? 0n);
  return {
    priceId: card.priceId,
    match,
    totalNano: Number(total),
    inputNano: nano(0),
    cacheReadNano: nano(1),
    cacheWriteNano: nano(2),
    outputNano: nano(3),
    otherNano: nano(4),
  };
}

const count = (value: number): bigint => (Number.isFinite(value) && value > 0 ? BigInt(Math.floor(value)) : 0n);
