/** The sentences of the Usage page. Numbers come written by the formatter; this only puts them into words. Pure. */
import { type DateFormat, formatDate, formatMoney, type MoneyFormat } from '@tokenmeter/core/format';
import type { Figures } from '../../figures.ts';
import type { Period } from '../../period.ts';
import { periodWords } from '../../period-words.ts';
import type { Forecast } from './forecast.ts';

/** A sentence in pieces; the strong ones are figures and days. */
export type Sentence = readonly { readonly text: string; readonly isStrong?: boolean }[];

const DAY = 86_400_000;
const NANO = 1_000_000_000n;

export function heroCaption(period: Period, reading: 'plain' | 'list' | 'billed'): string {
  return `${{ plain: 'Spend', list: 'List price', billed: 'Billed' }[reading]} ${periodWords(period)}`;
}

/** Exactly one sentence, or none where there is nothing to say. `cap` is written by the caller's currency. */
export function forecastSentence(
  forecast: Forecast | undefined,
  period: Period,
  cap: bigint | undefined,
  dates: DateFormat,
  money: MoneyFormat,
): Sentence {
  if (!forecast || period.since === undefined || period.until === undefined) return [];
  const strong = (text: string) => ({ text, isStrong: true });
  const capWords = cap === undefined ? '' : formatMoney(cap, { ...money, precision: 'axis' });
  const end = formatDate(period.until - 1, dates);
  switch (forecast.kind) {
    case 'early':
      return [{ text: 'Too early to forecast. Comes after 3 days of data.' }];
    case 'over-at-end':
      return [strong(roundMoney(forecast.by, money)), { text: ` over the ${capWords} cap.` }];
    case 'under-at-end':
      return [strong(roundMoney(forecast.by, money)), { text: ` under the ${capWords} cap.` }];
    case 'passed':
      return [
        { text: `The ${capWords} soft cap was passed on ` },
        // Noon of the day, whatever the clock changes on the way.
        strong(formatDate(period.since + forecast.onDay * DAY + DAY / 2, dates)),
        { text: '.' },
      ];
    default: {
      const pace = [{ text: 'On pace for ' }, strong(roundMoney(forecast.total, money)), { text: ` by ${end}` }];
      if (forecast.kind === 'uncapped') return [...pace, { text: '.' }];
      if (forecast.kind === 'under') return [...pace, { text: `, under the ${capWords} soft cap.` }];
      const day = formatDate(dates.now + forecast.capInDays * DAY, dates);
      return [...pace, { text: `, passing the ${capWords} soft cap around ` }, strong(day), { text: '.' }];
    }
  }
}

/** A forecast is no exact thing: whole dollars from ten on, cents below. */
export function roundMoney(nano: bigint, money: MoneyFormat): string {
  const whole = nano >= 10n * NANO ? ((nano + NANO / 2n) / NANO) * NANO : nano;
  return formatMoney(whole, { ...money, precision: 'axis' });
}

/** What the two bars of token types say together; nothing where they say nothing much. */
export function typeNote({ tokens, byType, cost, costByType }: Figures): string {
  if (cost === null || cost === 0n || tokens === 0) return '';
  if (byType.cacheRead * 2 > tokens && costByType.cacheRead * 2n < cost)
    return 'Most tokens are cache reads. Most money is not.';
  const others = [costByType.cacheRead, costByType.cacheWrite, costByType.input];
  return others.every((other) => costByType.output > other) ? 'Output is the largest cost.' : '';
}

/** Parts of an amount for the large figure: `$`, `468`, `.18`, and what follows where the symbol comes last. */
export function moneyParts(text: string): {
  readonly before: string;
  readonly whole: string;
  readonly cents: string;
  readonly after: string;
} {
  const match = /^(\D*?)([\d.,\s’'\u00a0\u202f]*\d)(\D*)$/.exec(text);
  if (!match) return { before: '', whole: text, cents: '', after: '' };
  const [, before = '', digits = '', after = ''] = match;
  const cents = /[.,]\d{2}$/.exec(digits)?.[0] ?? '';
  return { before, whole: digits.slice(0, digits.length - cents.length), cents, after };
}
