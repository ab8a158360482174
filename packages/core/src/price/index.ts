export { formatDollarsPerMillion, parseDollarsPerMillion } from './decimal.ts';
export { CATALOGUE_DATE, CATALOGUE_VERSION } from './generated/catalogue.ts';
export type { Price, PriceBook, PriceMatch, Rateable, Rates, Rating, Tier } from './price.ts';
export { createPriceBook } from './price-book.ts';
