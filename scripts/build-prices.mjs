// Compiles the dated price data of @pydantic/genai-prices (MIT) into packages/core/src/price/generated/catalogue.ts: one
// short line a model, integers in pico-dollars per token. It refuses (exit 1) whatever it cannot carry over exactly.
// `--check` writes nothing and fails when the committed file is not what the data says.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForUpdate } from '@pydantic/genai-prices';

/** The day the data of this release was checked; the package does not carry it. Change it together with the version. */
const CATALOGUE = { version: '0.1.8', date: '2026-09-23' };
const target = fileURLToPath(new URL('../packages/core/src/price/generated/catalogue.ts', import.meta.url));

/** Our five buckets, in the order of a line. */
const RATE_KEYS = ['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok', 'cache_write_1h_mtok'];
/** Fees that we cannot count on a call: a model that has one is listed without a price, so that it is not shown too cheap. */
const UNCOUNTED = ['requests_kcount', 'output_reasoning_mtok', 'output_citation_mtok'];

/** OpenRouter derives Gemini's cache-write price as a twelfth of a dollar: the one price without a finite decimal. */
const TWELFTH = '0.0833333333333333';

function fail(message) {
  throw new Error(`Cannot compile the price catalogue: ${message}`);
}

/** Dollars per `per` units as an integer of 1/scale dollars per unit; decimal arithmetic on the text, so no float error. */
function integer(price, shift, where) {
  // Some sources divided before they wrote (0.18000000000000002): fifteen digits are what a double holds for certain.
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
    String(Number(price.toPrecision(15))).replace(TWELFTH, '0.083333'),
  );
  if (!match) fail(`${where}: "${price}" is not a decimal`);
  const [, whole, fraction = '', exponent = '0'] = match;
  const places = shift + Number(exponent) - fraction.length;
  if (places < 0 && Number(whole + fraction) !== 0) fail(`${where}: "${price}" has more decimals than we keep`);
  const value = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, places));
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) fail(`${where}: "${price}" is too large`);
  return value.toString();
}

/** USD per million tokens is 1e6 pico-dollars per token: six decimals fit. */
const pico = (price, where) => integer(price, 6, where);
/** USD per thousand searches is 1e6 nano-dollars per search. */
const nano = (price, where) => integer(price, 6, where);

function rates(prices, where) {
  const starts = new Set();
  for (const key of RATE_KEYS) {
    const value = prices[key];
    if (typeof value === 'object' && value !== null) for (const tier of value.tiers) starts.add(tier.start);
  }
  const at = (key, start) => {
    const value = prices[key];
    if (value === undefined) return '';
    if (typeof value !== 'object') return pico(value, where);
    let price = value.base;
    for (const tier of [...value.tiers].sort((a, b) => a.start - b.start)) if (start >= tier.start) price = tier.price;
    return pico(price, where);
  };
  // No output price where there is an input price: the seller bills input only (embeddings and such), so output is 0.
  const list = (start) =>
    RATE_KEYS.map((key) => at(key, start) || (key === 'output_mtok' ? '0' : ''))
      .join(',')
      .replace(/,+$/, '');
  const search = prices.web_searches_kcount;
  if (typeof search === 'object') fail(`${where}: a tiered search fee`);
  return [
    list(-1),
    ...[...starts].sort((a, b) => a - b).map((start) => `>${start}:${list(start)}`),
    ...(search === undefined ? [] : [`?${nano(search, where)}`]),
  ].join('');
}

function clock(text, where) {
  const match = /^(\d\d):(\d\d):00Z$/.exec(text);
  if (!match) fail(`${where}: the time of day "${text}" is not whole UTC minutes`);
  return `${match[1]}${match[2]}`;
}

/** `;`-joined `[from][@HHMM-HHMM]=rates`. A window holds from the day of the dated price it follows. */
function timeline(model, where) {
  if (!Array.isArray(model.prices)) return `=${rates(model.prices, where)}`;
  let from = '';
  return model.prices
    .map(({ constraint, prices }, index) => {
      if (constraint === undefined) {
        if (index > 0) fail(`${where}: an undated price after the first`);
        return `=${rates(prices, where)}`;
      }
      if (constraint.type === 'start_date') {
        if (constraint.start_date <= from) fail(`${where}: dates go backwards`);
        from = constraint.start_date;
        return `${from}=${rates(prices, where)}`;
      }
      if (constraint.type !== 'time_of_date') fail(`${where}: unknown constraint "${constraint.type}"`);
      const hours = `${clock(constraint.start_time, where)}-${clock(constraint.end_time, where)}`;
      return `${from}@${hours}=${rates(prices, where)}`;
    })
    .join(';');
}

/** `=name` equals, `^` starts with, `$` ends with, `~` contains, `/` regular expression; `&` joins what must all hold. */
function matchers(match, where) {
  const token = (node) => {
    const [kind, value] = Object.entries(node)[0];
    const mark = { equals: '=', starts_with: '^', ends_with: '$', contains: '~', regex: '/' }[kind];
    if (mark === undefined) fail(`${where}: unknown match "${kind}"`);
    if (/[\s&]/.test(value)) fail(`${where}: "${value}" holds a separator`);
    return mark + (kind === 'regex' ? value : value.toLowerCase());
  };
  const alternatives = (node) => {
    if (node.or) return node.or.flatMap(alternatives);
    if (!node.and) return [token(node)];
    const parts = node.and.map((part) => alternatives(part));
    if (parts.some((part) => part.length !== 1 && parts.filter((p) => p.length > 1).length > 1)) {
      fail(`${where}: a match tree of unknown shape`);
    }
    return parts.reduce((all, part) => all.flatMap((left) => part.map((right) => `${left}&${right}`)));
  };
  return [...new Set(alternatives(match))];
}

function line(model, where) {
  // The seller's own word for a model without a charge; any other model without prices is unpriced.
  if (model.id.endsWith(':free') && Object.keys(model.prices).length === 0)
    model = { ...model, prices: { input_mtok: 0 } };
  const plain = Array.isArray(model.prices) ? model.prices.map((entry) => entry.prices) : [model.prices];
  // Listed without a price: what it costs is not told, and no other seller's price may stand in for it.
  const isPriced = plain.every(
    (prices) => prices.input_mtok !== undefined && UNCOUNTED.every((key) => prices[key] === undefined),
  );
  if (/[\t\n]/.test(model.id)) fail(`${where}: the id holds a separator`);
  // A lone `equals` is the model's own name; in a list, the others are its aliases.
  const own = model.match.equals !== undefined ? `!${model.match.equals.toLowerCase()}` : '';
  const names = matchers(model.match, where).filter((name) => name !== `=${model.id.toLowerCase()}`);
  const shown = own && own !== `!${model.id.toLowerCase()}` ? [own] : own ? [] : names;
  return [model.id, shown.join(' '), model.context_window ?? '', isPriced ? timeline(model, where) : ''].join('\t');
}

async function compile() {
  const manifest = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const folder = dirname(dirname(manifest));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (version !== CATALOGUE.version) fail(`version ${version} is installed, the script knows ${CATALOGUE.version}`);
  const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
  const providers = await waitForUpdate();
  if (!providers) fail('the package holds no data');
  const sellers = providers.map((provider) => {
    const lines = provider.models
      .map((model) => line(model, `${provider.id}/${model.id}`))
      .filter((l) => l !== undefined);
    return `  ${JSON.stringify(provider.id)}: [\n${lines.map((l) => `    ${JSON.stringify(l)},\n`).join('')}  ],\n`;
  });
  const fallbacks = providers.filter((provider) => provider.fallback_model_providers);
  return `/**
 * Generated by scripts/build-prices.mjs from @pydantic/genai-prices ${version}; do not edit. How to read a line:
 * ../catalogue.ts.
 *
 * The data is licensed as follows.
 *
${licence
  .split('\n')
  .map((text) => ` * ${text}`.trimEnd())
  .join('\n')}
 */
export const CATALOGUE_VERSION = '${version}';
/** The day the data was checked against the sellers' pages. */
export const CATALOGUE_DATE = '${CATALOGUE.date}';
/** Sellers whose unlisted models cost what these sellers ask. */
export const CATALOGUE_FALLBACKS: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(
    Object.fromEntries(fallbacks.map((provider) => [provider.id, provider.fallback_model_providers])),
  )};
/** By seller: id, names, context window, prices; tabs between. */
export const CATALOGUE: Readonly<Record<string, readonly string[]>> = {
${sellers.join('')}};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const text = await compile();
    if (!process.argv.includes('--check')) writeFileSync(target, text);
    else if (readFileSync(target, 'utf8') !== text)
      fail('the committed file differs, run "node scripts/build-prices.mjs"');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
