/**
 * Serves the built pages and answers for a server, with whatever state a test wants: other settings, no data, failures,
 * silence. Sends the strict Content-Security-Policy of the real one, so that a page that breaks it fails here.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireHealth, WireLimits, WireLiveNow, WireSettings, WireSource, WireSources } from '@tokenmeter/core';
import { answerAttribution } from './attribution-fixture.ts';
import { answerActivity, answerQuery, CALLS, type Call, FIRST_CALL_AT, NOW, TZ } from './fixture.ts';
import { idleNow } from './live-fixture.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Answers to paths that a test adds or replaces: the JSON to send, or what to do with the response. */
export type Answer = (url: URL, request: IncomingMessage) => unknown;

export class TestServer {
  calls: readonly Call[] = CALLS;
  settings: WireSettings = SETTINGS;
  health: WireHealth = HEALTH;
  sources: WireSources = SOURCES;
  limits: WireLimits = { limits: [] };
  /** What a stream of runs begins with. */
  live: WireLiveNow = idleNow();
  /** By path: status and body of a failure. */
  failures = new Map<string, { readonly status: number; readonly body: unknown }>();
  /** By path: more answers, or other ones. */
  answers = new Map<string, Answer>();
  /** By path: milliseconds before the answer. */
  delays = new Map<string, number>();
  /** Every path with its query that was asked for. */
  readonly asked: string[] = [];
  #server: Server | undefined;
  #port = 0;
  readonly #streams = new Set<ServerResponse>();
  readonly #runStreams = new Set<ServerResponse>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Goes away; `start` comes back at the same address. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    this.#streams.clear();
    this.#runStreams.clear();
  }

  /** Back to the figures of the design. */
  reset(): void {
    this.calls = CALLS;
    this.settings = SETTINGS;
    this.health = HEALTH;
    this.sources = SOURCES;
    this.limits = { limits: [] };
    this.live = idleNow();
    this.failures.clear();
    this.answers.clear();
    this.delays.clear();
    this.asked.length = 0;
  }

  withSettings(changes: Partial<WireSettings>): void {
    this.settings = { ...SETTINGS, ...changes };
  }

  /** Tells every open page that the ledger moved. */
  tellChange(sessions: readonly string[] = ['s']): void {
    const change = { seq: 2, at: NOW, inserted: 1, changed: 0, sessions };
    for (const stream of this.#streams) stream.write(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
  }

  /** Tells every open page that other settings hold. */
  tellSettings(): void {
    for (const stream of this.#streams) stream.write(`event: settings\ndata: ${JSON.stringify({ at: NOW })}\n\n`);
  }

  /** Pages that follow the runs now. */
  get followers(): number {
    return this.#runStreams.size;
  }

  /** Sends a frame to every page that follows the runs. */
  tellLive(event: string, data: unknown): void {
    for (const stream of this.#runStreams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Cuts the streams of runs; what comes again is answered as ever. */
  cutLive(): void {
    for (const stream of this.#runStreams) stream.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(url.pathname + url.search);
    const failure = this.failures.get(url.pathname);
    const delay = this.delays.get(url.pathname);
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    if (failure) return sendJson(response, failure.body, failure.status);
    if (url.pathname === '/api/changes') return this.#stream(response);
    if (url.pathname === '/api/live') return this.#liveStream(response);
    const answer = (await this.answers.get(url.pathname)?.(url, request)) ?? this.#known(url);
    if (answer !== undefined) return sendJson(response, answer);
    if (url.pathname.startsWith('/api/')) return sendJson(response, missing(url.pathname), 404);
    sendFile(response, url.pathname);
  }

  #known(url: URL): unknown {
    switch (url.pathname) {
      case '/api/health':
        return this.health;
      case '/api/settings':
        return this.settings;
      case '/api/sources':
        return this.sources;
      case '/api/limits':
        return this.limits;
      case '/api/live/now':
        return this.live;
      case '/api/query':
        return answerQuery(url.searchParams, this.calls);
      case '/api/attribution':
        return answerAttribution(url.searchParams);
      case '/api/activity':
        return answerActivity(url.searchParams);
      case '/api/sessions':
        return { sessions: [], matched: 12, next: null };
      default:
        return undefined;
    }
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: 1000\n\nevent: hello\ndata: ${JSON.stringify({ seq: 1, at: NOW, resumed: false })}\n\n`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #liveStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: usage_snapshot\ndata: ${JSON.stringify(this.live)}\n\n`);
    this.#runStreams.add(response);
    response.on('close', () => this.#runStreams.delete(response));
  }
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendFile(response: ServerResponse, path: string): void {
  const asset = join(DIST, path);
  const file = extname(path) !== '' && asset.startsWith(DIST) && existsSync(asset) ? asset : join(DIST, 'index.html');
  const body = readFileSync(file);
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  const headers: Record<string, string> = { 'content-type': type };
  if (file.endsWith('.html')) headers['content-security-policy'] = policyFor(body.toString());
  response.writeHead(200, headers);
  response.end(body);
}

function policyFor(html: string): string {
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function missing(path: string) {
  return { error: { code: 'not-found', message: `Cannot find "${path}"`, request_id: 'r-404' } };
}

const SETTINGS: WireSettings = {
  display: {
    tz: TZ,
    tz_source: 'machine',
    theme: 'system',
    density: 'comfortable',
    motion: 'system',
    currency: 'USD',
    currency_rate: null,
    currency_rate_date: null,
    locale: 'en-US',
    week_start: 'monday',
    unit: 'list',
  },
  usage_reset: 'week',
  usage_threshold_tokens: null,
  monthly_cap_usd: '600',
  plans: {},
  config_file: '/home/ana/.local/share/tokenmeter/config.jsonc',
  data_dir: '/home/ana/.local/share/tokenmeter',
};

export const HEALTH: WireHealth = {
  status: 'ok',
  version: '0.1.0',
  host: 'ana-laptop',
  started_at: '2026-11-20T08:00:00.000Z',
  ledger: {
    schema_version: 1,
    bytes: 48_000_000,
    calls: 48_210,
    first_call_at: new Date(FIRST_CALL_AT).toISOString(),
    last_call_at: new Date(NOW).toISOString(),
  },
  import: null,
  prices_from: '2026-11-20',
  unpriced_models: 1,
  warnings: [],
};

const source = (agent: string, name: string, path: string, state: 'reading' | 'not_found' | 'error') => ({
  agent,
  agent_name: name,
  state,
  exactness: 'exact',
  roots: [{ path, because: 'the default place', exists: state !== 'not_found', error: null }],
  files: 120,
  bytes: 80_000_000,
  lines: 90_000,
  skipped_damaged: 0,
  skipped_unknown: 0,
  unread: [] as WireSource['unread'],
  calls: 9_000,
  last_read_at: NOW,
  last_event_at: NOW,
  can_interrupt: false,
});

export const SOURCES: WireSources = {
  sources: [
    source('claude-code', 'Claude Code', '~/.claude/projects', 'reading'),
    source('codex', 'Codex', '~/.codex/sessions', 'reading'),
    source('cursor', 'Cursor', '~/.cursor', 'error'),
    source('opencode', 'OpenCode', '~/.local/share/opencode', 'reading'),
    source('gemini-cli', 'Gemini CLI', '~/.gemini', 'reading'),
  ],
};
