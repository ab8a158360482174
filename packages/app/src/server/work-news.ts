/**
 * Tells open pages that somebody told of work: what spend is accounted to moved, although no log did. It looks at what was
 * answered, so that every endpoint that writes is told of alike, and nothing that failed or only asked is.
 */
import type { MiddlewareHandler } from 'hono';
import type { Ingest } from '../house.ts';

const WORK = /^\/(token-events|api\/(token-events|repos|workplans|workstreams|tasks|commits|releases|import))(\/|$)/;
const ASKS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function tellOfWork(ingest: Pick<Ingest, 'announce'>): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.ok && !ASKS.has(c.req.method) && WORK.test(c.req.path)) ingest.announce(1);
  };
}
