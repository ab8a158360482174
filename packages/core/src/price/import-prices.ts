/**
 * Reads a price file (ours, or one shaped like the catalogue's source) into the user's own prices. It refuses, unless forced,
 * a price that moves more than threefold or from or to nothing: that is how a slipped decimal point looks. It does not fetch.
 */
import { TokenmeterError } from '../errors.ts';
import type { PriceOverride } from '../ledger.ts';
import { formatDollarsPerMillion, parseDollarsPerMillion } from './decimal.ts';
import type { PriceBook, Rates } from './price.ts';

/** Our own file's name for itself. */
export const PRICE_FILE_SCHEMA = 'tokenmeter.prices/1';

/** A move beyond this factor, either way, needs a human. */
const MAX_MOVE = 3;

export interface PriceNote {
  readonly seller: string;
  readonly model: string;
  readonly reason: string;
}

export interface PriceImport {
  /** What to store: only prices that differ from the book. */
  readonly overrides: readonly PriceOverride[];
  readonly unchanged: number;
  /** Left out: what our own prices cannot express (tiers, hours of the day), or no price at all. */
  readonly skipped: readonly PriceNote[];
  /** Left out as implausible; empty when forced. */
  readonly refused: readonly PriceNote[];
}

export interface ImportOptions {
  /** UTC ms from which an undated price of a model that already has one holds, so that history stays as it was. */
  readonly asOf: number;
  readonly isForced?: boolean;
}

type Read = { readonly price: PriceOverride; readonly isDated: boolean } | PriceNote;

/**
 * What importing a parsed JSON file would change. Throws `TokenmeterError` `bad-price`, naming the place, for a file of neither
 * shape and for any amount that is not a decimal of at most six places.
 *
 * Ours: `{"schema":"tokenmeter.prices/1","prices":[{"seller":"","model":"m","from":"2026-01-31","input":"3","output":"15",
 * "cache_read":"0.3","cache_write_5m":"3.75","cache_write_1h":"6"}]}`, dollars per million tokens; `seller`, `from` and the
 * cache prices may be absent; a bare list of prices will do. The other: a list of providers with `id` and `models`.
 */
export function importPrices(json: unknown, book: PriceBook, options: ImportOptions): PriceImport {
  const overrides: PriceOverride[] = [];
  const skipped: PriceNote[] = [];
  const refused: PriceNote[] = [];
  let unchanged = 0;
  for (const read of isProviders(json) ? readProviders(json) : readOwn(json)) {
    if ('reason' in read) {
      skipped.push(read);
      continue;
    }
    const { seller, model } = read.price;
    const known = book.find('', seller, model, read.isDated ? read.price.from : options.asOf);
    const sure = known !== undefined && known.match !== 'family' ? known.price : undefined;
    if (sure?.hours !== undefined) {
      skipped.push({ seller, model, reason: BY_THE_HOUR });
      continue;
    }
    const price = read.isDated || sure === undefined ? read.price : { ...read.price, from: options.asOf };
    if (sure !== undefined && sure.tiers.length === 0 && isSame(sure.rates, price)) unchanged += 1;
    else {
      const move = sure === undefined || options.isForced === true ? undefined : implausible(sure.rates, price);
      if (move === undefined) overrides.push(price);
      else refused.push({ seller, model, reason: move });
    }
  }
  return { overrides, unchanged, skipped, refused };
}

const BY_THE_HOUR = 'has prices by the hour of the day';

const FIELDS = [
  ['input', 'inputPerMillion', 'input'],
  ['output', 'outputPerMillion', 'output'],
  ['cache read', 'cacheReadPerMillion', 'cacheRead'],
  ['5-minute cache write', 'cacheWrite5mPerMillion', 'cacheWrite5m'],
  ['1-hour cache write', 'cacheWrite1hPerMillion', 'cacheWrite1h'],
] as const;

function isSame(rates: Rates, price: PriceOverride): boolean {
  return FIELDS.every(([, typed, kept]) => {
    const text = price[typed];
    return (text === undefined ? undefined : parseDollarsPerMillion(text)) === rates[kept];
  });
}

function implausible(rates: Rates, price: PriceOverride): string | undefined {
  for (const [name, typed, kept] of FIELDS) {
    const before = rates[kept];
    const text = price[typed];
    const after = text === undefined ? undefined : parseDollarsPerMillion(text);
    if (before === undefined || after === undefined || before === after) continue;
    if (after > before * MAX_MOVE || before > after * MAX_MOVE) {
      return `${name} would move from ${formatDollarsPerMillion(before)} to ${formatDollarsPerMillion(after)}`;
    }
  }
  return undefined;
}

function refuse(path: string, what: string): never {
  throw new TokenmeterError('bad-price', `Cannot import prices: ${path} ${what}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isProviders = (json: unknown): json is readonly unknown[] =>
  Array.isArray(json) && isRecord(json[0]) && json[0].models !== undefined;

function amount(value: unknown, path: string): string {
  // Numbers of a JSON file come with float noise (0.18000000000000002); fifteen digits are what a double holds for certain.
  const text = typeof value === 'number' ? String(Number(value.toPrecision(15))) : value;
  if (typeof text !== 'string' || parseDollarsPerMillion(text) === undefined) {
    refuse(path, `is "${String(value)}", not dollars per million tokens with six decimals at most`);
  }
  return text;
}

function word(value: unknown, path: string): string {
  if (typeof value !== 'string' || value.trim() === '') refuse(path, 'is not a name');
  return value;
}

function day(value: unknown, path: string): number {
  const ms = typeof value === 'string' ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  // Date.parse() makes the third of March of a 31st of February.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== value) {
    refuse(path, `is "${String(value)}", not a day such as 2026-01-31`);
  }
  return ms;
}

function* readOwn(json: unknown): Generator<Read> {
  const schema = isRecord(json) ? json.schema : undefined;
  const list = isRecord(json) ? json.prices : json;
  if (!Array.isArray(list) || (schema !== undefined && schema !== PRICE_FILE_SCHEMA)) {
    refuse('the file', `is neither ${PRICE_FILE_SCHEMA} nor a list of prices or of providers`);
  }
  const nameOf = (entry: unknown) => (isRecord(entry) ? `${entry.seller ?? ''}/${entry.model}` : '');
  const dated = new Set(list.filter((entry) => isRecord(entry) && isTold(entry.from)).map(nameOf));
  for (const [index, entry] of list.entries()) {
    const path = `prices[${index}]`;
    if (!isRecord(entry)) refuse(path, 'is not an object');
    const rates = isRecord(entry.rates) ? entry.rates : entry;
    const seller = typeof entry.seller === 'string' ? entry.seller : '';
    const model = word(entry.model, `${path}.model`);
    const beyond = beyondOwn(entry);
    if (beyond !== undefined) {
      yield { seller, model, reason: beyond };
      continue;
    }
    const optional = (name: string) => (isTold(rates[name]) ? amount(rates[name], `${path}.${name}`) : undefined);
    yield {
      // Beside dated prices, the undated one is the oldest, not today's.
      isDated: dated.has(nameOf(entry)),
      price: {
        seller,
        model,
        from: isTold(entry.from) ? day(entry.from, `${path}.from`) : 0,
        inputPerMillion: amount(rates.input, `${path}.input`),
        outputPerMillion: amount(rates.output, `${path}.output`),
        cacheReadPerMillion: optional('cache_read'),
        cacheWrite5mPerMillion: optional('cache_write_5m') ?? optional('cache_write'),
        cacheWrite1hPerMillion: optional('cache_write_1h'),
      },
    };
  }
}

/** What a listing of prices may hold and a price of one's own cannot express. */
function beyondOwn(entry: Record<string, unknown>): string | undefined {
  if (Array.isArray(entry.tiers) && entry.tiers.length > 0) return 'has long-context prices';
  return isTold(entry.hours) ? BY_THE_HOUR : undefined;
}

const isTold = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

function* readProviders(json: readonly unknown[]): Generator<Read> {
  for (const [index, provider] of json.entries()) {
    if (!isRecord(provider) || !Array.isArray(provider.models)) refuse(`[${index}]`, 'is not a provider with models');
    const seller = word(provider.id, `[${index}].id`);
    for (const [place, model] of provider.models.entries()) {
      const path = `[${index}].models[${place}]`;
      if (!isRecord(model)) refuse(path, 'is not an object');
      const name = word(model.id, `${path}.id`);
      const entries: readonly unknown[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
      for (const entry of entries) yield readProviderPrice(seller, name, entry, path, entries.length > 1);
    }
  }
}

function readProviderPrice(seller: string, model: string, entry: unknown, path: string, isDated: boolean): Read {
  const prices = isRecord(entry) ? entry.prices : undefined;
  const constraint = isRecord(entry) ? entry.constraint : undefined;
  if (!isRecord(prices)) refuse(path, 'has no prices');
  const start = isRecord(constraint) ? constraint.start_date : undefined;
  const skip = (reason: string): PriceNote => ({ seller, model, reason });
  if (constraint !== undefined && start === undefined) return skip(BY_THE_HOUR);
  if (prices.input_mtok === undefined) return skip('has no price for tokens');
  if (Object.values(prices).some(isRecord)) return skip('has long-context prices');
  const optional = (name: string) =>
    prices[name] === undefined ? undefined : amount(prices[name], `${path}.prices.${name}`);
  return {
    isDated,
    price: {
      seller,
      model,
      from: start === undefined ? 0 : day(start, `${path}.constraint.start_date`),
      inputPerMillion: amount(prices.input_mtok, `${path}.prices.input_mtok`),
      outputPerMillion: optional('output_mtok') ?? '0',
      cacheReadPerMillion: optional('cache_read_mtok'),
      cacheWrite5mPerMillion: optional('cache_write_mtok'),
      cacheWrite1hPerMillion: optional('cache_write_1h_mtok'),
    },
  };
}
