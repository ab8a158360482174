/**
 * The generated catalogue, read: a seller's lines become models with names and dated prices, on first use and once. It
 * refuses nothing: the compiler (scripts/build-prices.mjs) already did.
 *
 * A line is `id <tab> names <tab> context window <tab> prices`. Names are `=other name`, `!own name` or a pattern
 * (matcher.ts). Prices are `;`-joined `[from][@HHMM-HHMM]=rates[>above:rates]...[?search fee]`; rates are input, output,
 * cache read, 5-minute write, 1-hour write in pico-dollars per token, the fee is nano-dollars a search. No prices: the seller
 * lists the model but what it costs is not known, and no other seller's price stands in for it.
 */
import { CATALOGUE } from './generated/catalogue.ts';
import type { Price, Rates, Tier } from './price.ts';

export interface Model {
  readonly seller: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly contextWindow: number | undefined;
  /** True for a name that only points at other models: it is never more than an alias. */
  readonly isPointer?: boolean;
  /** Newest first; windows of the day before the price they interrupt. */
  prices(): readonly Price[];
}

export const CATALOGUE_SELLERS: readonly string[] = Object.keys(CATALOGUE);

export function catalogueModels(seller: string): readonly Model[] {
  return (CATALOGUE[seller] ?? []).map((line) => readLine(seller, line));
}

function readLine(seller: string, line: string): Model {
  const [id = '', names = '', window = '', prices = ''] = line.split('\t');
  let read: readonly Price[] | undefined;
  return {
    seller,
    id,
    names: names === '' ? [] : names.split(' '),
    contextWindow: window === '' ? undefined : Number(window),
    prices: () => {
      read ??= prices === '' ? [] : orderPrices(prices.split(';').map((text) => readPrice(seller, id, text)));
      return read;
    },
  };
}

function readPrice(seller: string, model: string, text: string): Price {
  const equals = text.indexOf('=');
  const [date = '', hours = ''] = text.slice(0, equals).split('@');
  const [body = '', search] = text.slice(equals + 1).split('?');
  const [base = '', ...tiers] = body.split('>');
  const from = date === '' ? 0 : Date.parse(`${date}T00:00:00Z`);
  const clock = readHours(hours);
  return {
    id: priceId(seller, model, from, clock),
    seller,
    model,
    from,
    hours: clock,
    rates: readRates(base),
    tiers: tiers.map(readTier),
    webSearchNano: search === undefined ? undefined : Number(search),
    origin: 'catalogue',
  };
}

function readHours(text: string): Price['hours'] {
  if (text === '') return undefined;
  const minute = (at: number) => Number(text.slice(at, at + 2)) * 60 + Number(text.slice(at + 2, at + 4));
  return { startMinute: minute(0), endMinute: minute(5) };
}

function readTier(text: string): Tier {
  const colon = text.indexOf(':');
  return { aboveTokens: Number(text.slice(0, colon)), rates: readRates(text.slice(colon + 1)) };
}

function readRates(text: string): Rates {
  const [input, output, cacheRead, cacheWrite5m, cacheWrite1h] = text
    .split(',')
    .map((part) => (part === '' ? undefined : Number(part)));
  return { input: input ?? 0, output: output ?? 0, cacheRead, cacheWrite5m, cacheWrite1h };
}

/** `seller/model`, with the day it holds from and the hours of the day where it has them. */
export function priceId(seller: string, model: string, from: number, hours?: Price['hours']): string {
  const day = from === 0 ? '' : `@${new Date(from).toISOString().slice(0, 10)}`;
  const clock = hours === undefined ? '' : `@${clockText(hours.startMinute)}-${clockText(hours.endMinute)}Z`;
  return `${seller === '' ? '' : `${seller}/`}${model}${day}${clock}`;
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Newest first; of one day, the windows before the price of the rest of the day. */
export function orderPrices(prices: readonly Price[]): readonly Price[] {
  return [...prices].sort((a, b) => b.from - a.from || Number(a.hours === undefined) - Number(b.hours === undefined));
}
