/**
 * The price book: catalogue, overlay and the user's own prices behind one question, "what did this call cost". Names are
 * looked up once per (agent, seller, model) and kept; a rating is then two map hits and integer arithmetic. It refuses to
 * answer 0 for what it does not know.
 */
import type { PriceOverride } from '../ledger.ts';
import type { Model } from './catalogue.ts';
import { CATALOGUE_SELLERS } from './catalogue.ts';
import { Ceilings } from './ceiling.ts';
import type { RateCard } from './cost.ts';
import { charge, rateCard } from './cost.ts';
import { CATALOGUE_VERSION } from './generated/catalogue.ts';
import type { Resolved } from './lookup.ts';
import { priceAt, resolve } from './lookup.ts';
import { askedWindow } from './model-name.ts';
import { isStandard, modifierOf } from './modifiers.ts';
import { OVERLAY_SELLERS, OVERLAY_VERSION } from './overlay.ts';
import type { OwnPrices } from './overrides.ts';
import { hashOverrides, readOverrides } from './overrides.ts';
import type { Price, PriceBook, PriceMatch, Rateable, Rating } from './price.ts';
import { sellerBook } from './seller-book.ts';

/** What a call without any token costs, whoever it went to. */
const NOTHING: Rating = {
  priceId: '',
  match: 'exact',
  totalNano: 0,
  inputNano: 0,
  cacheReadNano: 0,
  cacheWriteNano: 0,
  outputNano: 0,
  otherNano: 0,
};

/** Names come from logs; hostile ones must not fill the memory. */
const MAX_NAMES = 10_000;

/**
 * Ten thousand dollars, above what the largest context of the dearest model costs: a call that comes to more tells nonsense
 * counts, and is unpriced rather than in a sum. Numbers that are added up stay exact that way.
 */
const MOST_NANO = 10_000 * 1e9;

/**
 * Builds the book. `overrides` win over everything built in, each from its day on. Throws `TokenmeterError` `bad-price` for an
 * override whose amounts are no exact decimals; nothing else throws, `rate` never.
 */
export function createPriceBook(options: { readonly overrides?: readonly PriceOverride[] } = {}): PriceBook {
  return new Book(readOverrides(options.overrides ?? []));
}

/** A name's prices and, per price, the cards made of it so far. */
interface Entry {
  readonly resolved: Resolved;
  readonly cards: Map<Price, Map<string, RateCard>>;
  /** Where one price holds at all times, its standard card. */
  readonly always: RateCard | undefined;
}

class Book implements PriceBook {
  readonly version: string;
  readonly #own: readonly OwnPrices[];
  readonly #agents = new Map<string, Map<string, Map<string, Entry>>>();
  #names = 0;
  // What was asked for last, which mostly is asked for next.
  #agent = '';
  #seller = '';
  #model = '';
  #last: Entry | undefined;
  readonly #ceilings = new Ceilings(allModels);

  constructor(own: readonly OwnPrices[]) {
    this.#own = own;
    const user = own.length === 0 ? '' : `+user-${hashOverrides(own)}`;
    this.version = `${CATALOGUE_VERSION}+${OVERLAY_VERSION}${user}`;
  }

  rate(call: Rateable): Rating | undefined {
    const entry = this.#entry(call.agent, call.seller, call.model);
    const { tier, geo } = call;
    const card =
      entry.always !== undefined && tier === '' && geo === '' ? entry.always : cardAt(entry, call.at, tier, geo);
    if (card !== undefined) {
      const rating = charge(card, call.usage, call.webSearches);
      return rating.totalNano <= MOST_NANO ? rating : undefined;
    }
    return isNothing(call) ? NOTHING : undefined;
  }

  find(agent: string, seller: string, model: string, at: number): { price: Price; match: PriceMatch } | undefined {
    return findAt(this.#entry(agent, seller, model).resolved, at);
  }

  ceiling(agent: string, seller: string, model: string, at: number): Price {
    return this.find(agent, seller, model, at)?.price ?? this.#ceilings.of(model);
  }

  contextWindow(agent: string, seller: string, model: string): number | undefined {
    const known = this.#entry(agent, seller, model).resolved.model?.contextWindow;
    const asked = askedWindow(model.trim().toLowerCase());
    return asked === undefined ? known : Math.max(asked, known ?? 0);
  }

  list(): readonly Price[] {
    return [
      ...this.#own.flatMap((entry) => entry.prices),
      ...allModels().flatMap((model) => model.prices().filter((price) => price.model === model.id)),
    ];
  }

  #entry(agent: string, seller: string, model: string): Entry {
    const last = this.#last;
    if (last !== undefined && model === this.#model && agent === this.#agent && seller === this.#seller) return last;
    const entry = this.#agents.get(agent)?.get(seller)?.get(model) ?? this.#learn(agent, seller, model);
    this.#agent = agent;
    this.#seller = seller;
    this.#model = model;
    this.#last = entry;
    return entry;
  }

  #learn(agent: string, seller: string, model: string): Entry {
    if (this.#names >= MAX_NAMES) {
      this.#agents.clear();
      this.#names = 0;
    }
    this.#names += 1;
    const entry = makeEntry(resolve(this.#own, agent, seller, model));
    const sellers = this.#agents.get(agent) ?? new Map<string, Map<string, Entry>>();
    this.#agents.set(agent, sellers);
    const models = sellers.get(seller) ?? new Map<string, Entry>();
    sellers.set(seller, models);
    models.set(model, entry);
    return entry;
  }
}

function makeEntry(resolved: Resolved): Entry {
  const [layer, ...more] = resolved.layers;
  const [price, ...others] = layer?.prices ?? [];
  const isAlways = more.length === 0 && others.length === 0 && price?.from === 0 && price.hours === undefined;
  return {
    resolved,
    cards: new Map(),
    always:
      isAlways && layer !== undefined && price !== undefined ? rateCard(price, layer.match, undefined) : undefined,
  };
}

function findAt(resolved: Resolved, at: number): { price: Price; match: PriceMatch } | undefined {
  for (const layer of resolved.layers) {
    const price = priceAt(layer.prices, at);
    if (price !== undefined) return { price, match: layer.match };
  }
  return undefined;
}

function cardAt(entry: Entry, at: number, tier: string, geo: string): RateCard | undefined {
  const found = findAt(entry.resolved, at);
  if (found === undefined) return undefined;
  const { price, match } = found;
  let cards = entry.cards.get(price);
  if (cards === undefined) {
    cards = new Map();
    entry.cards.set(price, cards);
  }
  const isPlain = isStandard(tier, geo);
  const key = isPlain ? '' : `${tier}\n${geo}`;
  let card = cards.get(key);
  if (card === undefined) {
    if (cards.size > 100) cards.clear();
    card = isPlain ? rateCard(price, match, undefined) : modifiedCard(entry, price, match, tier, geo);
    cards.set(key, card);
  }
  return card;
}

/** The user's prices are typed for the standard tier: the built-in model says what another tier does to them. */
function modifiedCard(entry: Entry, price: Price, match: PriceMatch, tier: string, geo: string): RateCard {
  const { seller, id } = entry.resolved.model ?? { seller: price.seller, id: price.model };
  // A pointer's price is that of the model it points at, and so are its tiers.
  const model = price.origin === 'user' ? id : price.model;
  const mark = [tier, geo].filter((word) => word !== '' && !isStandard(word, '') && !isStandard('', word));
  return rateCard(price, match, modifierOf(seller, model, tier, geo), mark.map((word) => `+${word}`).join(''));
}

function isNothing(call: Rateable): boolean {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = call.usage;
  return input + output + cacheRead + cacheWrite5m + cacheWrite1h === 0 && call.webSearches === 0;
}

function allModels(): readonly Model[] {
  const sellers = [...new Set([...OVERLAY_SELLERS, ...CATALOGUE_SELLERS])];
  return sellers.flatMap((seller) => sellerBook(seller).models);
}
