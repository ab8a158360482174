/**
 * One seller's models by name: the catalogue's with the overlay's on top, read on first use and kept. It refuses to look
 * beyond its seller.
 */
import type { Model } from './catalogue.ts';
import { CATALOGUE_SELLERS, catalogueModels } from './catalogue.ts';
import { CATALOGUE_FALLBACKS } from './generated/catalogue.ts';
import type { Matcher } from './matcher.ts';
import { readMatcher } from './matcher.ts';
import { bareName, spellings, withoutEffort } from './model-name.ts';
import { overlayModels } from './overlay.ts';
import type { PriceMatch } from './price.ts';

export interface Found {
  readonly model: Model;
  readonly match: PriceMatch;
}

interface Pattern {
  readonly matcher: Matcher;
  readonly model: Model;
}

export interface SellerBook {
  readonly models: readonly Model[];
  readonly byName: ReadonlyMap<string, Found>;
  readonly patterns: readonly Pattern[];
}

const books = new Map<string, SellerBook>();

export function sellerBook(seller: string): SellerBook {
  let book = books.get(seller);
  if (book === undefined) {
    book = readBook(seller);
    books.set(seller, book);
  }
  return book;
}

function readBook(seller: string): SellerBook {
  const listed = CATALOGUE_SELLERS.includes(seller) ? catalogueModels(seller) : [];
  const added = overlayModels(seller, listed);
  const models = [...added, ...listed.filter((model) => !added.some((newer) => newer.id === model.id))];
  const byName = new Map<string, Found>();
  const add = (name: string, found: Found) => {
    if (!byName.has(name)) byName.set(name, found);
  };
  for (const model of models) add(model.id.toLowerCase(), { model, match: model.isPointer ? 'alias' : 'exact' });
  const patterns: Pattern[] = [];
  for (const model of models) {
    for (const name of model.names) {
      if (name.startsWith('!')) add(name.slice(1), { model, match: 'exact' });
      else if (name.startsWith('=')) add(name.slice(1), { model, match: 'alias' });
      else patterns.push({ matcher: readMatcher(name), model });
    }
  }
  return { models, byName, patterns };
}

/**
 * The model of this seller that a lower-case name means. Exact: its own name. Alias: another name the catalogue gives it, or
 * the same name with a date, `-latest` or a platform's decoration. Family: only a pattern fits, so it is a guess.
 */
export function findModel(seller: string, name: string): Found | undefined {
  const found = findListed(sellerBook(seller), name) ?? findElsewhere(seller, name);
  if (found !== undefined) return found;
  const plain = withoutEffort(name);
  return plain === name ? undefined : asGuess(findModel(seller, plain));
}

/** Some sellers charge for models they do not list what these other sellers do. */
function findElsewhere(seller: string, name: string): Found | undefined {
  const others = Object.hasOwn(CATALOGUE_FALLBACKS, seller) ? (CATALOGUE_FALLBACKS[seller] ?? []) : [];
  const found = first(others, (other) => findListed(sellerBook(other), name));
  return found?.match === 'exact' ? asAlias(found) : found;
}

const asGuess = (found: Found | undefined): Found | undefined => found && { model: found.model, match: 'family' };

function findListed(book: SellerBook, name: string): Found | undefined {
  const named = book.byName.get(name);
  if (named !== undefined) return named;
  const others = spellings(name);
  return (
    findPattern(book, name, true) ??
    first(others, (other) => asAlias(book.byName.get(other))) ??
    first(others, (other) => findPattern(book, other, true)) ??
    findPattern(book, name, false) ??
    first(others, (other) => findPattern(book, other, false))
  );
}

const asAlias = (found: Found | undefined): Found | undefined => found && { model: found.model, match: 'alias' };

function first<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `sure`: only patterns that fit the name but for decorations; otherwise any, as a guess. */
function findPattern(book: SellerBook, name: string, sure: boolean): Found | undefined {
  for (const { matcher, model } of book.patterns) {
    if (!matcher.test(name)) continue;
    if (!sure) return { model, match: 'family' };
    const bare = bareName(name);
    const isSame = matcher.isWhole || bare === bareName(model.id.toLowerCase()) || bare === bareName(matcher.text);
    if (isSame) return { model, match: 'alias' };
  }
  return undefined;
}
