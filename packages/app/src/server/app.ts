/**
 * The HTTP application: guards first, then the routes, then the pages. It reaches the world only through the house it is
 * given and the pages read beforehand, and it can be asked without a socket (`createApp(house).request('/api/health')`).
 */
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { House } from '../house.ts';
import { type Api, createApi, type ServerState } from './api.ts';
import { ChangeFeed } from './changes.ts';
import { answerFault, Fault, faultOf } from './fault.ts';
import { guardOrigin, guardToken, wantsPage } from './guard.ts';
import { LiveFeed } from './live-feed.ts';
import { attributionRoutes } from './routes/attribution.ts';
import { changeRoutes } from './routes/changes.ts';
import { costRoutes } from './routes/cost.ts';
import { docRoutes } from './routes/docs.ts';
import { entityRoutes } from './routes/entities.ts';
import { healthRoutes } from './routes/health.ts';
import { liveRoutes } from './routes/live.ts';
import { mcpRoutes } from './routes/mcp.ts';
import { metricRoutes } from './routes/metrics.ts';
import { priceRoutes } from './routes/prices.ts';
import { queryRoutes } from './routes/query.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { settingsRoutes } from './routes/settings.ts';
import { sourceRoutes } from './routes/sources.ts';
import { tokenEventRoutes } from './routes/token-events.ts';
import { usageRoutes } from './routes/usage.ts';
import type { Site } from './site.ts';
import { tellOfWork } from './work-news.ts';

export interface AppOptions {
  /** Address the server listens on; its name is allowed besides those of loopback. */
  readonly host?: string | undefined;
  /** Where given, every request needs it. */
  readonly token?: string | undefined;
  readonly site?: Site | undefined;
  /** Handed in by who must end its streams; made here otherwise. */
  readonly changes?: ChangeFeed | undefined;
  readonly live?: LiveFeed | undefined;
  /** Hears of errors nobody foresaw. */
  readonly onError?: ((requestId: string, error: unknown) => void) | undefined;
}

const LARGEST_BODY = 256 * 1024;
/** Of the paths that take many things at once. */
const LARGEST_BULK = 8 * 1024 * 1024;
const BULK = /^\/(token-events\/batch|api\/import\/[^/]+)\/?$/;
const CSV_TOO = /^\/api\/import\//;

export function createApp(house: House, options: AppOptions = {}): Api {
  const { site } = options;
  const state: ServerState = {
    house,
    get config() {
      return house.config;
    },
    startedAt: house.clock.now(),
    host: options.host ?? '127.0.0.1',
    changes: options.changes ?? new ChangeFeed(house.ingest, house.clock, house),
    live: options.live ?? (house.live && new LiveFeed(house.live, house.clock)),
    site,
  };
  const api = createApi();
  guardAll(api, options);
  api.use(tellOfWork(house.ingest));
  for (const hang of [
    healthRoutes,
    settingsRoutes,
    queryRoutes,
    attributionRoutes,
    sessionRoutes,
    sourceRoutes,
    priceRoutes,
    changeRoutes,
    liveRoutes,
    runRoutes,
    usageRoutes,
    costRoutes,
    entityRoutes,
    tokenEventRoutes,
    mcpRoutes,
    metricRoutes,
    docRoutes,
  ])
    hang(api, state);
  pages(api, site);
  return api;
}

function guardAll(api: Api, options: AppOptions): void {
  const guard = { host: options.host ?? '127.0.0.1', token: options.token, site: options.site };
  const policy = contentSecurityPolicy(guard.site?.scriptHashes ?? []);
  api.use(async (c, next) => {
    c.set('requestId', crypto.randomUUID());
    await next();
    const { headers } = c.res;
    headers.set('x-request-id', c.get('requestId'));
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'no-referrer');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  api.onError((error, c) => {
    const fault = faultOf(error);
    if (fault.status >= 500) options.onError?.(c.get('requestId'), error);
    return answerFault(c, fault);
  });
  api.use(guardOrigin(guard), guardToken(guard), checkBody());
  api.use(
    methodNotAllowed({
      app: api,
      onMethodNotAllowed: (c, methods) => {
        c.header('allow', methods.join(', '));
        return answerFault(
          c,
          new Fault(405, 'method-not-allowed', `Cannot ${c.req.method} here, allowed are ${methods.join(', ')}`),
        );
      },
    }),
  );
}

/** Bodies are JSON and small; where many things are told at once they may be larger, and lists CSV. */
function checkBody(): Parameters<Api['use']>[1] {
  const boundedBy = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        throw new Fault(413, 'body-too-large', `Cannot read a body of more than ${maxSize / 1024} KiB`);
      },
    });
  const [small, bulk] = [boundedBy(LARGEST_BODY), boundedBy(LARGEST_BULK)];
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const hasBody = c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length') ?? 0) > 0;
    const type = c.req.header('content-type');
    const isTaken =
      type !== undefined &&
      (/^application\/json\s*(;|$)/i.test(type) || (CSV_TOO.test(c.req.path) && /^text\/csv\s*(;|$)/i.test(type)));
    if ((hasBody || type !== undefined) && !isTaken)
      throw new Fault(415, 'not-json', 'Cannot read the body: send it as application/json');
    return (BULK.test(c.req.path) ? bulk : small)(c, next);
  };
}

/** The pages and their assets; what is neither is told to be missing, in the visitor's language. */
function pages(api: Api, site: Site | undefined): void {
  const redirect = (from: string, to: string) =>
    api.get(from, (c) => c.redirect(`${to}${new URL(c.req.url).search}`, 302));
  if (site) {
    redirect('/settings', '/settings/sources');
  }
  api.notFound((c) => {
    const path = new URL(c.req.url).pathname;
    const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (site && isReading) {
      const asset = site.answerAsset(c, path);
      if (asset) return asset;
      if (site.isPage(path)) return site.answerPage(c);
      if (wantsPage(c) && !path.startsWith('/api/')) return site.answerPage(c, 404);
    }
    return answerFault(c, new Fault(404, 'not-found', `Cannot find "${path}" here, see /docs for what there is`));
  });
}

function contentSecurityPolicy(scriptHashes: readonly string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scriptHashes].join(' '),
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
