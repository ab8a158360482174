/**
 * Prices of models that are newer than the catalogue, each with where it was read. A model of the same seller and name here
 * replaces the catalogue's. It refuses guesses: a model whose maker has not published a price is not here.
 */
import type { Model } from './catalogue.ts';
import { orderPrices, priceId } from './catalogue.ts';
import { parseDollarsPerMillion } from './decimal.ts';
import type { Price, Rates, Tier } from './price.ts';

/** Raise it with every change of this file, of modifiers.ts or of how a name finds its price: ledgers then rate anew. */
export const OVERLAY_VERSION = '2026-10-09.1';

/** Dollars per million tokens: input, output, cache read, 5-minute write, 1-hour write. */
type Dollars = readonly [input: string, output: string, read: string, write5m: string, write1h?: string];

interface Entry {
  readonly seller: string;
  readonly id: string;
  readonly contextWindow: number;
  readonly rates: Dollars;
  readonly above?: { readonly tokens: number; readonly rates: Dollars };
}

/** Anthropic and OpenAI both ask 10 dollars per thousand searches of all current models. */
const WEB_SEARCH_NANO = 10_000_000;

const ENTRIES: readonly Entry[] = [
  // platform.claude.com/docs/en/models/sonnet-5-5/overview, released 2026-09-28. Sources disagree on the cache read: 0.20
  // (the usual 0.1x) or 0.10. Anthropic's own Haiku 5.5 page of 2026-10-07 says "5% on Claude Opus 5.5 and Claude Sonnet
  // 5.5", so 0.10.
  {
    seller: 'anthropic',
    id: 'claude-sonnet-5-5',
    contextWindow: 1_000_000,
    rates: ['2', '10', '0.1', '2.5', '4'],
  },
  // platform.claude.com/docs/en/models/haiku-5-5/overview, released 2026-10-07: two rate cards, "prompts over 100,000 tokens".
  {
    seller: 'anthropic',
    id: 'claude-haiku-5-5',
    contextWindow: 1_000_000,
    rates: ['0.1', '0.5', '0.01', '0.125', '0.2'],
    above: { tokens: 100_000, rates: ['0.5', '2.5', '0.05', '0.625', '1'] },
  },
  // anthropic.com/claude-fable-and-mythos-5-1: the rate card of Fable 5.1, cache hits at 0.025x included.
  {
    seller: 'anthropic',
    id: 'claude-mythos-5-1',
    contextWindow: 1_000_000,
    rates: ['10', '50', '0.25', '12.5', '20'],
  },
  // platform.claude.com/docs/en/about-claude/pricing, 2026-09-26: as Fable 5, cache hits at the usual 0.1x.
  {
    seller: 'anthropic',
    id: 'claude-mythos-5',
    contextWindow: 1_000_000,
    rates: ['10', '50', '1', '12.5', '20'],
  },
  // developers.openai.com/api/docs/models/gpt-6.1-sol, 2026-09-30: cached input 0.10 (0.05x, not GPT-6's 0.1x); above 272,000
  // input tokens the whole request costs double, output 1.5x.
  {
    seller: 'openai',
    id: 'gpt-6.1-sol',
    contextWindow: 1_050_000,
    rates: ['2', '10', '0.1', '2.5'],
    above: { tokens: 272_000, rates: ['4', '15', '0.2', '5'] },
  },
];

/** A name that its seller points at another model, and later at yet another. */
interface Pointer {
  readonly seller: string;
  readonly id: string;
  readonly to: readonly { readonly from: number; readonly model: string }[];
}

const POINTERS: readonly Pointer[] = [
  // Codex's reviewer: GPT-5.4, and GPT-5.6 Luna from the day its price fell to a fifth.
  {
    seller: 'openai',
    id: 'codex-auto-review',
    to: [
      { from: 0, model: 'gpt-5.4' },
      { from: Date.UTC(2026, 6, 30), model: 'gpt-5.6-luna' },
    ],
  },
];

export const OVERLAY_SELLERS: readonly string[] = [...new Set([...ENTRIES, ...POINTERS].map((entry) => entry.seller))];

/** The overlay's models of one seller; `known` are the catalogue's, which pointers point at. */
export function overlayModels(seller: string, known: readonly Model[]): readonly Model[] {
  return [
    ...ENTRIES.filter((entry) => entry.seller === seller).map(modelOf),
    ...POINTERS.filter((pointer) => pointer.seller === seller).map((pointer) => pointedModel(pointer, known)),
  ];
}

function modelOf(entry: Entry): Model {
  const price: Price = {
    id: priceId(entry.seller, entry.id, 0),
    seller: entry.seller,
    model: entry.id,
    from: 0,
    rates: ratesOf(entry.rates),
    tiers: tiersOf(entry),
    webSearchNano: WEB_SEARCH_NANO,
    origin: 'overlay',
  };
  return { seller: entry.seller, id: entry.id, names: [], contextWindow: entry.contextWindow, prices: () => [price] };
}

const tiersOf = (entry: Entry): readonly Tier[] =>
  entry.above === undefined ? [] : [{ aboveTokens: entry.above.tokens, rates: ratesOf(entry.above.rates) }];

function ratesOf([input, output, read, write5m, write1h]: Dollars): Rates {
  const pico = (text: string) => parseDollarsPerMillion(text) ?? 0;
  return {
    input: pico(input),
    output: pico(output),
    cacheRead: pico(read),
    cacheWrite5m: pico(write5m),
    cacheWrite1h: write1h === undefined ? undefined : pico(write1h),
  };
}

/** The pointer's model has the prices of whatever it points at, cut to the days it does. */
function pointedModel(pointer: Pointer, known: readonly Model[]): Model {
  const targets = pointer.to.map((step) => known.find((model) => model.id === step.model));
  const prices = pointer.to.flatMap((step, index) => {
    const until = pointer.to[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const all = targets[index]?.prices() ?? [];
    const latest = Math.max(...all.filter((price) => price.from <= step.from).map((price) => price.from));
    return all
      .filter((price) => price.from < until && price.from >= latest)
      .map((price) => ({ ...price, from: Math.max(price.from, step.from) }));
  });
  return {
    seller: pointer.seller,
    id: pointer.id,
    names: [],
    contextWindow: targets.at(-1)?.contextWindow,
    isPointer: true,
    prices: () => orderPrices(prices),
  };
}
