/** The door of the price family: the book, what it is made of, and prices as people type them. One name at a time. */
export { cacheSavingNano } from './cache-saving.ts';
export { formatDollarsPerMillion, parseDollarsPerMillion } from './decimal.ts';
export { CATALOGUE_DATE, CATALOGUE_VERSION } from './generated/catalogue.ts';
export type { ImportOptions, PriceImport, PriceNote } from './import-prices.ts';
export { importPrices, PRICE_FILE_SCHEMA } from './import-prices.ts';
export type { Price, PriceBook, PriceMatch, Rateable, Rates, Rating, Tier } from './price.ts';
export { createPriceBook } from './price-book.ts';
