/** A ledger in memory for tests of the server: calls are rated by the real price book and summed by the real arithmetic. */
import {
  type Activity,
  type AttributionAnswer,
  type AttributionQuery,
  addMeasures,
  type CallDetail,
  FILTER_KEYS,
  type FilterKey,
  type Ledger,
  type LimitView,
  type Measures,
  measureCall,
  NO_COST,
  noAttribution,
  noMeasures,
  type PriceOverride,
  type Query,
  type QueryResult,
  type SessionQuery,
  type SessionSummary,
  type SourceStatus,
  TIME_UNITS,
  type TokenUsage,
  timeKey,
  totalsOf,
  type VerifyReport,
} from '@tokenmeter/core';
import { createPriceBook, type Rating } from '@tokenmeter/core/price';

export interface FakeCall {
  readonly at: number;
  readonly agent?: string;
  readonly seller?: string;
  readonly model?: string;
  readonly project?: string;
  readonly session?: string;
  readonly thread?: string;
  readonly caller?: string;
  readonly branch?: string;
  readonly tier?: string;
  readonly usage?: Partial<TokenUsage>;
}

type FullCall = Required<Omit<FakeCall, 'usage'>> & { readonly usage: TokenUsage };

const EMPTY: TokenUsage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

export class FakeLedger implements Ledger {
  calls_: FullCall[] = [];
  turns: { agent: string; at: number }[] = [];
  limits_: LimitView[] = [];
  sources_: SourceStatus[] = [];
  details: CallDetail[] = [];
  /** Thrown by every question while set. */
  trouble: Error | undefined;
  asked: (Query | SessionQuery)[] = [];
  #overrides: PriceOverride[] = [];
  #ratings = new Map<FullCall, Rating | undefined>();
  #book = createPriceBook();

  add(...calls: readonly FakeCall[]): this {
    for (const call of calls) {
      const full = {
        agent: 'claude-code',
        seller: 'anthropic',
        model: 'claude-opus-4-5',
        project: '/home/ada/house',
        session: 's1',
        thread: call.session ?? 's1',
        caller: 'lead',
        branch: 'main',
        tier: '',
        ...call,
        usage: { ...EMPTY, ...call.usage },
      };
      this.calls_.push(full);
      this.#ratings.set(full, this.#rate(full));
    }
    return this;
  }

  /** All of it entered as the system prompt. */
  async attribution(query: AttributionQuery): Promise<AttributionAnswer> {
    const { since, until, only, except } = query;
    const { totals } = await this.query({ by: [], tz: 'UTC', since, until, only, except });
    const { usage, cost, unpricedTokens } = totals;
    const sums = {
      ...noAttribution(),
      enteredInput: usage.input,
      enteredCacheRead: usage.cacheRead,
      enteredCacheWrite5m: usage.cacheWrite5m,
      enteredCacheWrite1h: usage.cacheWrite1h,
      output: usage.output,
      costEntered: Number(cost.input + cost.cacheRead + cost.cacheWrite + cost.output + cost.other),
      unpricedTokens,
    };
    const owner = { kind: 'system', name: '' } as const;
    const row = { agent: '', caller: 'lead', threadId: '', owner, item: '', target: '', prompts: 0, sums };
    return { rows: [row], tools: [], threads: [], contexts: [], bill: totals };
  }

  async query(query: Query): Promise<QueryResult> {
    this.#check(query);
    const totals = noMeasures();
    const rows = new Map<string, { key: Record<string, string>; sum: Measures }>();
    for (const call of this.#within(query)) {
      const key: Record<string, string> = {};
      for (const group of query.by) {
        const unit = TIME_UNITS.find((known) => known === group);
        key[group] = unit
          ? timeKey(unit, call.at, query.tz)
          : FILTER_KEYS.some((f) => f === group)
            ? call[group as FilterKey]
            : ''; // -- tool is not kept here
      }
      const measures = measureCall({ usage: call.usage, certainty: 'exact', counted: true }, this.#ratings.get(call));
      addMeasures(totals, measures);
      const id = query.by.map((group) => key[group]).join('\0');
      const row = rows.get(id) ?? { key, sum: noMeasures() };
      addMeasures(row.sum, measures);
      rows.set(id, row);
    }
    return {
      since: query.since ?? null,
      until: query.until ?? null,
      tz: query.tz,
      totals: totalsOf(totals),
      rows:
        query.by.length === 0
          ? []
          : [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { key, sum }]) => ({ key, ...totalsOf(sum) })),
    };
  }

  async activity(since?: number, until?: number): Promise<readonly Activity[]> {
    this.#check();
    const agents = new Map<string, { roots: Set<string>; turns: number }>();
    const of = (agent: string) => {
      const known = agents.get(agent) ?? { roots: new Set<string>(), turns: 0 };
      agents.set(agent, known);
      return known;
    };
    for (const call of this.#within({ since, until })) of(call.agent).roots.add(call.session);
    for (const turn of this.turns)
      if (turn.at >= (since ?? -Infinity) && turn.at < (until ?? Infinity)) of(turn.agent).turns++;
    return [...agents].map(([agent, { roots, turns }]) => ({ agent, runs: roots.size, turns }));
  }

  async sessions(query: SessionQuery) {
    this.#check(query);
    const ids = [...new Set(this.#within(query).map((call) => call.session))].sort();
    const start = query.after === undefined ? 0 : ids.indexOf(query.after) + 1;
    const page = ids.slice(start, start + query.limit);
    const last = page.at(-1);
    return {
      sessions: page.map((id) => this.#summary(id)),
      matched: ids.length,
      next: start + query.limit < ids.length ? last : undefined,
    };
  }

  async session(agent: string | undefined, sessionId: string) {
    this.#check();
    const known = this.calls_.some(
      (call) => call.session === sessionId && (agent === undefined || call.agent === agent),
    );
    if (!known) return undefined;
    const summary = this.#summary(sessionId);
    const thread = {
      threadId: sessionId,
      parentThreadId: '',
      name: '',
      spawnedBy: '',
      models: summary.models,
      startedAt: summary.startedAt,
      endedAt: summary.endedAt,
      contextUsed: null,
      contextWindow: 200_000,
      totals: summary.totals,
    };
    const mark = {
      kind: 'compaction' as const,
      threadId: sessionId,
      at: summary.endedAt,
      before: 182_000,
      after: null,
    };
    return { summary, threads: [thread], marks: [mark], children: [] };
  }

  async calls(
    sessionId: string | undefined,
    options: { limit: number; after?: string | undefined; threadId?: string | undefined },
  ) {
    this.#check();
    const all = this.details.filter(
      (call) =>
        (sessionId === undefined || call.sessionId === sessionId) &&
        (options.threadId === undefined || call.threadId === options.threadId),
    );
    const start = options.after === undefined ? 0 : all.findIndex((call) => call.id === options.after) + 1;
    const calls = all.slice(start, start + options.limit);
    return { calls, next: start + options.limit < all.length ? calls.at(-1)?.id : undefined };
  }

  async call(id: string) {
    this.#check();
    return this.details.find((call) => call.id === id);
  }

  async models(since?: number, until?: number) {
    this.#check();
    const { rows } = await this.query({ by: ['agent', 'model'], tz: 'UTC', since, until });
    return rows.map((row) => {
      const calls = this.calls_.filter((call) => call.agent === row.key.agent && call.model === row.key.model);
      return {
        agent: row.key.agent ?? '',
        seller: calls[0]?.seller ?? '',
        model: row.key.model ?? '',
        calls: row.calls,
        tokens:
          row.usage.input + row.usage.cacheRead + row.usage.cacheWrite5m + row.usage.cacheWrite1h + row.usage.output,
        unpricedTokens: row.unpricedTokens,
        priceId: null,
        priceMatch: null,
        firstAt: Math.min(...calls.map(({ at }) => at)),
        lastAt: Math.max(...calls.map(({ at }) => at)),
      };
    });
  }

  async sources() {
    this.#check();
    return this.sources_;
  }

  async limits() {
    this.#check();
    return this.limits_;
  }

  async priceOverrides() {
    return this.#overrides;
  }

  async facts() {
    this.#check();
    const times = this.calls_.map(({ at }) => at);
    return {
      schemaVersion: 1,
      bytes: 4096,
      calls: times.length,
      firstCallAt: times.length > 0 ? Math.min(...times) : null,
      lastCallAt: times.length > 0 ? Math.max(...times) : null,
      priceVersion: this.#book.version,
    };
  }

  prices() {
    return this.#book;
  }

  async setPriceOverride(price: PriceOverride) {
    const others = this.#overrides.filter(
      ({ seller, model, from }) => seller !== price.seller || model !== price.model || from !== price.from,
    );
    this.#overrides = [...others, price];
    this.#book = createPriceBook({ overrides: this.#overrides });
  }

  async removePriceOverride(seller: string, model: string, from?: number) {
    const kept = this.#overrides.filter(
      (price) => price.seller !== seller || price.model !== model || (from !== undefined && price.from !== from),
    );
    const removed = this.#overrides.length - kept.length;
    this.#overrides = kept;
    this.#book = createPriceBook({ overrides: kept });
    return removed;
  }

  async reprice(since = -Infinity) {
    let changed = 0;
    for (const call of this.calls_) {
      const rating = this.#rate(call);
      if (call.at < since || rating?.totalNano === this.#ratings.get(call)?.totalNano) continue;
      this.#ratings.set(call, rating);
      changed++;
    }
    return { changed, before: 0n, after: 0n };
  }

  async close() {}
  async tidy() {}
  async rebuild() {}
  backup = async () => ({ calls: 0 });
  cursors = async () => new Map();
  append = async () => ({ inserted: 0, changed: 0, sessions: [] });
  async finish() {}
  verify = async (): Promise<VerifyReport> => ({ ok: true, calls: 0, checks: [] });
  forget = async () => ({ calls: 0 });
  retain = async () => ({ calls: 0 });

  #rate(call: FullCall): Rating | undefined {
    return this.#book.rate({ ...call, geo: '', webSearches: 0 });
  }

  #check(question?: Query | SessionQuery): void {
    if (question) this.asked.push(question);
    if (this.trouble) throw this.trouble;
  }

  #within(query: Pick<Query, 'since' | 'until' | 'only' | 'except'>): FullCall[] {
    return this.calls_.filter(
      (call) =>
        call.at >= (query.since ?? -Infinity) &&
        call.at < (query.until ?? Infinity) &&
        FILTER_KEYS.every(
          (key) =>
            (query.only?.[key]?.includes(call[key]) ?? true) && !(query.except?.[key]?.includes(call[key]) ?? false),
        ),
    );
  }

  #summary(sessionId: string): SessionSummary {
    const calls = this.calls_.filter((call) => call.session === sessionId);
    const sum = noMeasures();
    for (const call of calls)
      addMeasures(sum, measureCall({ usage: call.usage, certainty: 'exact', counted: true }, this.#ratings.get(call)));
    return {
      agent: calls[0]?.agent ?? '',
      sessionId,
      rootSessionId: sessionId,
      parentSessionId: '',
      title: '',
      project: calls[0]?.project ?? '',
      repository: '',
      branch: calls[0]?.branch ?? '',
      startedAt: Math.min(...calls.map(({ at }) => at)),
      endedAt: Math.max(...calls.map(({ at }) => at)),
      models: [...new Set(calls.map(({ model }) => model))],
      threads: 1,
      prompts: 1,
      compactions: 0,
      pullRequests: [],
      contextPeak: null,
      contextWindow: null,
      totals: totalsOf(sum),
    };
  }
}

/** A call as the ledger shows it, for tests of how it is spelled. */
export function callDetail(id: string, more: Partial<CallDetail> = {}): CallDetail {
  return {
    id,
    identity: `msg_${id}`,
    requestId: '',
    agent: 'claude-code',
    sessionId: 's1',
    threadId: 's1',
    caller: 'lead',
    model: 'claude-opus-4-5',
    at: Date.parse('2026-11-21T10:00:00Z'),
    usage: { ...EMPTY, input: 3, cacheRead: 10, output: 5 },
    certainty: 'exact',
    costNano: null,
    cost: NO_COST,
    priceId: null,
    priceMatch: null,
    stopReason: null,
    contextWindow: null,
    counted: true,
    tools: [],
    cwd: '/home/ada/house',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    sightings: [],
    ...more,
  };
}
