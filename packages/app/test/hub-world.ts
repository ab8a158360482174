/** A hub over a real ledger in memory, a clock that is set by hand, and logs that say what a test wants them to. */
import type { AgentEvent, CallSighting, Run, SourceRef } from '@tokenmeter/core';
import { Meter } from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';
import { createPriceBook } from '@tokenmeter/core/price';
import { type Config, loadConfig } from '../src/config.ts';
import type { Ingest, LedgerChange } from '../src/house.ts';
import { LiveHub } from '../src/live/hub.ts';
import type { LiveFrame, OpenOptions, Processes } from '../src/live/port.ts';
import { openSqliteLedger, type ReplaceableLedger } from '../src/stores/sqlite/ledger.ts';

export const NOON = Date.parse('2026-06-15T12:00:00Z');

const GRACEFUL: LiveCapabilities = {
  liveInput: true,
  liveOutput: true,
  subAgentUsage: 'call',
  contextWindow: true,
  cost: true,
  interrupt: 'graceful',
  cannot: [],
};

export interface HubWorld {
  readonly hub: LiveHub;
  readonly ledger: ReplaceableLedger;
  readonly frames: LiveFrame[];
  readonly clock: { nowMs: number; now(): number };
  /** A log that tells events: into the ledger, and the change is announced. */
  log(path: string, events: readonly AgentEvent[]): Promise<void>;
  /** What a driver hands in; `stops` says when it was told to. */
  options(): OpenOptions & { readonly stops: string[] };
  frameOf(runId: string): Extract<LiveFrame, { event: 'usage_delta' }>['data'] | undefined;
  close(): Promise<void>;
}

export async function hubWorld(
  config: Partial<Config> = {},
  more: { readonly processes?: Processes; readonly ledger?: ReplaceableLedger } = {},
): Promise<HubWorld> {
  const clock = {
    nowMs: NOON,
    now() {
      return this.nowMs;
    },
  };
  const book = createPriceBook();
  const ledger = more.ledger ?? (await openSqliteLedger({ file: ':memory:', book: () => book, clock }));
  const listeners = new Set<(change: LedgerChange) => void>();
  let seq = 0;
  const tell = (inserted: number, sessions: readonly string[]) => {
    for (const listener of listeners) listener({ seq: ++seq, at: clock.now(), inserted, changed: 0, sessions });
  };
  const ingest: Ingest = {
    scan: async () => ({ filesRead: 0, filesTotal: 0, bytesRead: 0, inserted: 0, changed: 0, failures: [] }),
    watch: async () => ({ close: async () => {} }),
    roots: async () => [],
    progress: () => undefined,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    announce: (changed, sessions = []) => tell(changed, sessions),
  };
  const used = { ...loadConfig({ dataDir: '/nowhere', env: {}, machineTz: 'UTC', locale: 'en-US' }).config, ...config };
  const hub = new LiveHub({ ledger, runs: ledger.runs, ingest, clock, config: () => used, processes: more.processes });
  const frames: LiveFrame[] = [];
  hub.subscribe((frame) => frames.push(frame));
  return {
    hub,
    ledger,
    frames,
    clock,
    log: async (path, events) => {
      const meter = new Meter();
      const source: SourceRef = { agent: 'claude-code', path, startedAt: NOON - 60_000, bornAt: 0 };
      for (const event of events) meter.apply(event, source);
      const { inserted, sessions } = await ledger.append(meter.drain([]));
      tell(inserted, sessions);
    },
    options: () => {
      const stops: string[] = [];
      return { capabilities: GRACEFUL, stop: (reason) => stops.push(reason), kill: () => stops.push('kill'), stops };
    },
    frameOf: (runId) =>
      frames
        .flatMap((frame) => (frame.event === 'usage_delta' && frame.data.run_id === runId ? [frame.data] : []))
        .at(-1),
    close: async () => {
      await hub.close();
      if (!more.ledger) await ledger.close();
    },
  };
}

export function call(identity: string, more: Partial<CallSighting> = {}, isProvisional = false): AgentEvent {
  return {
    type: 'call',
    isProvisional,
    call: {
      agent: 'claude-code',
      identity,
      requestId: '',
      chain: 'main',
      sessionId: 's1',
      rootSessionId: 's1',
      threadId: 's1',
      caller: 'lead',
      model: 'claude-opus-4-6',
      seller: 'anthropic',
      at: NOON - 1_000,
      usage: { input: 1_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 100 },
      certainty: 'exact',
      cwd: '/home/ada/shop',
      branch: 'main',
      tier: '',
      geo: '',
      webSearches: 0,
      assumedLifetime: false,
      counted: true,
      ...more,
    },
  };
}

export function session(sessionId = 's1', more: Partial<Extract<AgentEvent, { type: 'session' }>> = {}): AgentEvent {
  return {
    type: 'session',
    agent: 'claude-code',
    sessionId,
    rootSessionId: sessionId,
    parentSessionId: '',
    title: 'Mend the shop',
    cwd: '/home/ada/shop',
    branch: 'main',
    repository: '',
    version: '2.1.0',
    at: NOON - 2_000,
    ...more,
  };
}

export function text(identity: string, characters: number): AgentEvent {
  return {
    type: 'call_text',
    agent: 'claude-code',
    sessionId: 's1',
    threadId: 's1',
    callIdentity: identity,
    kind: 'text',
    characters,
    at: NOON - 1_000,
  };
}

export function plainRun(more: Partial<Run> = {}): Run {
  return {
    id: 'run_1',
    agent: 'claude-code',
    origin: 'started',
    name: '',
    taskId: '',
    title: '',
    cwd: '/home/ada/shop',
    sessionId: '',
    requestedModel: 'claude-opus-4-6',
    model: '',
    status: 'pending',
    stopReason: null,
    message: '',
    startedAt: NOON - 10_000,
    endedAt: null,
    exitCode: null,
    pid: null,
    stopMs: null,
    usage: null,
    calls: 0,
    costNano: null,
    unpricedTokens: 0,
    budgetNano: null,
    overshootNano: null,
    agentVersion: '',
    ...more,
  };
}
