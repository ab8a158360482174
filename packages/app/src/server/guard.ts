/**
 * Who may ask. A page of another site must not reach the ledger through the visitor's browser (DNS rebinding, forged
 * requests), and with a token nobody may without it. It guards every path; what it lets through is then just served.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { isLoopback } from '../loopback.ts';
import { Fault, type ServerEnv } from './fault.ts';
import type { Site } from './site.ts';

export interface GuardOptions {
  /** Address the server listens on. */
  readonly host: string;
  readonly token: string | undefined;
  readonly site: Site | undefined;
}

const COOKIE = 'tokenmeter';
const MONTH_S = 30 * 86_400;

/** Refuses requests for a foreign name and requests that a foreign page makes. */
export function guardOrigin({ host, token }: GuardOptions): MiddlewareHandler<ServerEnv> {
  const isWildcard = host === '0.0.0.0' || host === '::';
  return async (c, next) => {
    const asked = hostOf(c);
    const name = asked.replace(/:\d*$/, '');
    const isOurs = isLoopback(name) || sameHost(name, host) || (isWildcard && token !== undefined);
    if (!isOurs)
      throw new Fault(
        403,
        'foreign-host',
        `Cannot answer for the host "${name}", ask for ${isWildcard ? 'localhost' : host}`,
      );
    const origin = c.req.header('origin');
    if (origin !== undefined && !isSameOrigin(origin, asked))
      throw new Fault(403, 'foreign-origin', 'Cannot answer the page of another site');
    const site = c.req.header('sec-fetch-site');
    const isVisit = c.req.header('sec-fetch-mode') === 'navigate' && isReading(c);
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit)
      throw new Fault(403, 'foreign-origin', 'Cannot answer the page of another site');
    await next();
  };
}

/**
 * With a token: every request carries it as a bearer, or the cookie that `/?token=...` sets once. The page's own scripts
 * and styles are the same for everybody and need none, so that the page can ask for it.
 */
export function guardToken({ token, site }: GuardOptions): MiddlewareHandler<ServerEnv> {
  if (token === undefined) return (_, next) => next();
  const key = digest(`tokenmeter cookie ${token}`).toString('hex');
  return async (c, next) => {
    const url = new URL(c.req.url);
    const offered = url.searchParams.get('token');
    if (offered !== null && isReading(c) && isSame(offered, token)) {
      remember(c, key);
      url.searchParams.delete('token');
      return c.redirect(`${url.pathname.replace(/^\/{2,}/, '/')}${url.search}`, 303);
    }
    const bearer = /^Bearer +(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined && isSame(bearer, token)) {
      // A page that signed in by hand: its event stream cannot send a header.
      if (c.req.header('sec-fetch-site') === 'same-origin') remember(c, key);
      return next();
    }
    if (isSame(getCookie(c, COOKIE) ?? '', key)) return next();
    if (site && isReading(c)) {
      if (site.isAsset(url.pathname)) return next();
      if (wantsPage(c)) return site.answerPage(c, 401);
    }
    c.header('www-authenticate', 'Bearer realm="tokenmeter"');
    throw new Fault(401, 'token-needed', 'Cannot answer without the token: send it as "Authorization: Bearer ..."');
  };
}

/** Whether a browser is visiting, rather than a program asking for figures. */
export function wantsPage(c: Context): boolean {
  if (!isReading(c)) return false;
  let html = 0;
  let json = 0;
  for (const part of (c.req.header('accept') ?? '').split(',')) {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const quality = Number(parameters.find((word) => word.startsWith('q='))?.slice(2) ?? 1);
    if (type === 'text/html') html = quality;
    if (type === 'application/json') json = quality;
  }
  return html > 0 && html >= json;
}

function remember(c: Context, key: string): void {
  setCookie(c, COOKIE, key, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: MONTH_S });
}

function isReading(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}

function hostOf(c: Context): string {
  return (c.req.header('host') ?? new URL(c.req.url).host).toLowerCase();
}

function sameHost(name: string, bound: string): boolean {
  return name.replace(/^\[|\]$/g, '') === bound.toLowerCase().replace(/^\[|\]$/g, '');
}

function isSameOrigin(origin: string, host: string): boolean {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return match?.[1] === host;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares in a time that tells nothing, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
