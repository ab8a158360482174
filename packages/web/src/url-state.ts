/**
 * The one vocabulary of the query string: what a page shows is what its address says. Defaults are left out, unknown
 * parameters are kept as they were written. Pure; the router does the moving.
 */
export type PeriodWindow = 'day' | 'week' | 'month' | 'all';
export const PERIOD_WINDOWS: readonly PeriodWindow[] = ['day', 'week', 'month', 'all'];

export const FILTER_NAMES = ['agent', 'repo', 'branch', 'model', 'workplan', 'session', 'status', 'source'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
export type Filters = Readonly<Partial<Record<FilterName, readonly string[]>>>;

export const RANKS = ['agent', 'model', 'repo', 'host'] as const;
export type Rank = (typeof RANKS)[number];

export interface Sort {
  readonly column: string;
  /** Where absent, the column's own first direction holds: numbers from the largest, text from A. */
  readonly direction: 'asc' | 'desc' | undefined;
}

export interface ViewState {
  readonly window: PeriodWindow;
  /** `2026-11-21`, `2026-W47` or `2026-11`; absent: the current one, and keep following. */
  readonly at: string | undefined;
  /** ISO dates of a custom range, `to` included. They override window and at. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly tz: string | undefined;
  /** Values of one name are ORed, names are ANDed. */
  readonly only: Filters;
  readonly except: Filters;
  readonly search: string;
  readonly sort: Sort | undefined;
  /** Of the workplans, which stand on a page beside another table. */
  readonly planSort: Sort | undefined;
  readonly by: 'cost' | 'tokens';
  readonly unit: 'list' | 'billed' | undefined;
  /** What the ranked table of a page lists. */
  readonly rank: Rank;
  readonly page: number;
}

/** Changes to an address. A key that is present with `undefined` (or its default) takes the parameter away. */
export interface ViewChange {
  readonly window?: PeriodWindow;
  readonly at?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz?: string | undefined;
  readonly only?: Filters;
  readonly except?: Filters;
  readonly search?: string;
  readonly sort?: Sort | undefined;
  readonly planSort?: Sort | undefined;
  readonly by?: 'cost' | 'tokens';
  readonly unit?: 'list' | 'billed' | undefined;
  readonly rank?: Rank;
  readonly page?: number;
}

type Parameter = readonly [name: string, raw: string];

/** What a query string (with or without its `?`) asks for. Values nobody knows fall back to the default. */
export function readView(search: string): ViewState {
  const parameters = split(search);
  const text = (name: string) => {
    const raw = parameters.find(([found]) => found === name)?.[1];
    return raw === undefined || raw === '' ? undefined : decode(raw);
  };
  const window = text('w');
  const page = Number(text('page') ?? 1);
  const unit = text('unit');
  return {
    window: PERIOD_WINDOWS.find((known) => known === window) ?? 'month',
    at: text('at'),
    from: text('from'),
    to: text('to'),
    tz: text('tz'),
    only: readFilters(parameters, ''),
    except: readFilters(parameters, '-'),
    search: text('q') ?? '',
    sort: readSort(text('sort')),
    planSort: readSort(text('plan_sort')),
    by: text('by') === 'tokens' ? 'tokens' : 'cost',
    unit: unit === 'list' || unit === 'billed' ? unit : undefined,
    rank: RANKS.find((known) => known === text('rank')) ?? 'agent',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The same query string with some things changed: `?w=day&agent=codex`, or '' where nothing is left to say. */
export function changeView(search: string, change: ViewChange): string {
  let parameters = split(search);
  const put = (name: string, raw: string | undefined) => {
    const index = parameters.findIndex(([found]) => found === name);
    parameters = parameters.filter(([found], at) => found !== name || (at === index && raw !== undefined));
    if (raw === undefined) return;
    if (index < 0) parameters.push([name, raw]);
    else parameters[index] = [name, raw];
  };
  const value = (text: string | undefined) => (text === undefined || text === '' ? undefined : encode(text));
  if ('window' in change) put('w', change.window === 'month' ? undefined : change.window);
  if ('at' in change) put('at', value(change.at));
  if ('from' in change) put('from', value(change.from));
  if ('to' in change) put('to', value(change.to));
  if ('tz' in change) put('tz', value(change.tz));
  for (const name of FILTER_NAMES) {
    if (change.only) put(name, list(change.only[name]));
    if (change.except) put(`-${name}`, list(change.except[name]));
  }
  if ('search' in change) put('q', value(change.search));
  if ('sort' in change) put('sort', change.sort && writeSort(change.sort));
  if ('planSort' in change) put('plan_sort', change.planSort && writeSort(change.planSort));
  if ('by' in change) put('by', change.by === 'tokens' ? 'tokens' : undefined);
  if ('unit' in change) put('unit', change.unit);
  if ('rank' in change) put('rank', change.rank === 'agent' ? undefined : change.rank);
  if ('page' in change) put('page', change.page === undefined || change.page === 1 ? undefined : String(change.page));
  return join(parameters);
}

/** Adds a value to one filter, or takes it away where it is there already. `exclude` works on the exclusions. */
export function toggleFilter(view: ViewState, name: FilterName, value: string, exclude = false): ViewChange {
  const toggle = (filters: Filters, on: boolean): Filters => {
    const values = filters[name] ?? [];
    const without = values.filter((other) => other !== value);
    return { ...filters, [name]: on && without.length === values.length ? [...values, value] : without };
  };
  return { only: toggle(view.only, !exclude), except: toggle(view.except, exclude), page: 1 };
}

export function isFiltered(view: ViewState): boolean {
  return FILTER_NAMES.some((name) => view.only[name]?.length || view.except[name]?.length);
}

function readSort(text: string | undefined): Sort | undefined {
  const match = /^(.+?)(?::(asc|desc))?$/.exec(text ?? '');
  if (!match?.[1]) return undefined;
  return { column: match[1], direction: match[2] === 'asc' || match[2] === 'desc' ? match[2] : undefined };
}

function writeSort({ column, direction }: Sort): string {
  return direction === undefined ? encode(column) : `${encode(column)}:${direction}`;
}

function readFilters(parameters: readonly Parameter[], prefix: string): Filters {
  const filters: Partial<Record<FilterName, readonly string[]>> = {};
  for (const name of FILTER_NAMES) {
    const raw = parameters.find(([found]) => found === `${prefix}${name}`)?.[1];
    const values = raw?.split(',').filter((part) => part !== '');
    if (values?.length) filters[name] = values.map(decode);
  }
  return filters;
}

function list(values: readonly string[] | undefined): string | undefined {
  return values?.length ? values.map(encode).join(',') : undefined;
}

function split(search: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.split('=');
    parameters.push([decode(name), rest.join('=')]);
  }
  return parameters;
}

function join(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  return `?${parameters.map(([name, raw]) => (raw === '' ? encode(name) : `${encode(name)}=${raw}`)).join('&')}`;
}

/** A comma of a value is escaped, so that the commas between values stay readable. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    return raw;
  }
}
