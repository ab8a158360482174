/**
 * The form of a price: text as typed, what is wrong with it, and the request it makes. Amounts are dollars for a million
 * tokens; an empty cache rate is left to the book, which then takes the input's. Pure.
 */
import { parseDay, type WirePrice, type WirePriceEffect, type WirePriceSet } from '@tokenmeter/core';

export const RATE_FIELDS = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const;
export type RateField = (typeof RATE_FIELDS)[number];

export const RATE_NAMES: Readonly<Record<RateField, string>> = {
  input: 'Input',
  output: 'Output',
  cache_read: 'Cache read',
  cache_write_5m: 'Cache write 5 min',
  cache_write_1h: 'Cache write 1 h',
};

export interface PriceForm {
  readonly rates: Readonly<Record<RateField, string>>;
  /** '' stands for anybody. */
  readonly seller: string;
  readonly from: 'always' | 'day';
  readonly day: string;
}

export type FormFault = Readonly<Partial<Record<RateField | 'day', string>>>;

const NO_RATES: Readonly<Record<RateField, string>> = {
  input: '',
  output: '',
  cache_read: '',
  cache_write_5m: '',
  cache_write_1h: '',
};

/** Filled with the price in force; an empty form where there is none. `today` is a day such as 2026-11-21. */
export function formFor(price: WirePrice | null, today: string): PriceForm {
  const isOwn = price?.origin === 'user';
  return {
    rates: price ? ratesFrom(price) : NO_RATES,
    seller: isOwn ? price.seller : '',
    from: isOwn && price.from !== null ? 'day' : 'always',
    day: isOwn && price.from !== null ? price.from : today,
  };
}

/** The rates of another model's price, for `Same as`. */
export function ratesFrom({ rates }: WirePrice): Readonly<Record<RateField, string>> {
  const text = (rate: string | null) => rate ?? '';
  return {
    input: rates.input,
    output: rates.output,
    cache_read: text(rates.cache_read),
    cache_write_5m: text(rates.cache_write_5m),
    cache_write_1h: text(rates.cache_write_1h),
  };
}

/** What must be mended before anything can be asked; nothing where all is well. */
export function faultsOf(form: PriceForm): FormFault {
  const faults: Partial<Record<RateField | 'day', string>> = {};
  for (const field of RATE_FIELDS) {
    const text = form.rates[field].trim();
    if (text === '') {
      if (field === 'input' || field === 'output') faults[field] = 'Needed';
    } else if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) {
      faults[field] = 'Dollars such as 6.25';
    }
  }
  if (form.from === 'day' && parseDay(form.day) === undefined) faults.day = 'A day such as 2026-11-21';
  return faults;
}

/** The request of a form without faults. */
export function priceSet(model: string, form: PriceForm): WirePriceSet {
  const rate = (field: RateField) => form.rates[field].trim();
  const optional = (field: 'cache_read' | 'cache_write_5m' | 'cache_write_1h') =>
    rate(field) === '' ? {} : { [field]: rate(field) };
  const seller = form.seller.trim();
  return {
    ...(seller === '' ? {} : { seller }),
    model,
    ...(form.from === 'day' ? { from: form.day } : {}),
    rates: {
      input: rate('input'),
      output: rate('output'),
      ...optional('cache_read'),
      ...optional('cache_write_5m'),
      ...optional('cache_write_1h'),
    },
  };
}

/** What a refusal of the server (`rates.input`, `from`) is about. */
export function fieldOf(path: string | undefined): RateField | 'day' | undefined {
  if (path === 'from') return 'day';
  return RATE_FIELDS.find((field) => path === `rates.${field}`);
}

/** Whether an effect changes any total. */
export function isNoChange(effect: WirePriceEffect): boolean {
  return effect.before_usd === effect.after_usd && effect.unpriced_tokens_before === effect.unpriced_tokens_after;
}
