export type { Price, PriceBook, PriceMatch, Rateable, Rates, Rating, Tier } from './price.ts';
