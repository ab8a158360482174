/**
 * Listening: the port asked for or the next free one, and an end that lets nobody hang. It refuses to listen on anything
 * but loopback without a token.
 */
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../house.ts';
import { isLoopback } from '../loopback.ts';
import { createApp } from './app.ts';
import { ChangeFeed } from './changes.ts';
import { LiveFeed } from './live-feed.ts';
import { Site } from './site.ts';

export interface StartOptions {
  readonly port: number;
  readonly host: string;
  readonly token?: string | undefined;
  /** Folder of the built pages. */
  readonly webRoot?: string | undefined;
  readonly onError?: ((requestId: string, error: unknown) => void) | undefined;
}

export interface StartedServer {
  /** Where a browser goes; without the token. */
  readonly url: string;
  readonly port: number;
  /** False where no pages were built: then there is only the API. */
  readonly hasPages: boolean;
  /** True where `port` is not the one asked for, because that was taken. */
  readonly isMoved: boolean;
  /** Ends the streams, stops listening and lets answers under way finish for a second. */
  close(): Promise<void>;
}

/** Ports tried after the one asked for. */
const TRIES = 50;
const PATIENCE_MS = 1_000;
const SWEEP_MS = 20;

/** Starts the server. Throws `usage` where an address others can reach has no token, and where no port is free. */
export async function startServer(house: House, options: StartOptions): Promise<StartedServer> {
  const { host, token } = options;
  if (!isLoopback(host) && !token)
    throw new TokenmeterError(
      'usage',
      `Cannot listen on "${host}" without a token, others could read everything: set TOKENMETER_TOKEN`,
    );
  const site = options.webRoot === undefined ? undefined : Site.read(options.webRoot);
  const changes = new ChangeFeed(house.ingest, house.clock, house);
  const live = house.live && new LiveFeed(house.live, house.clock);
  const app = createApp(house, { host, token, site, changes, live, onError: options.onError });
  // -- the adaptor makes an HTTP/1 server unless told otherwise
  let isEnding = false;
  const fetch: typeof app.fetch = (...asked) => (isEnding ? endingAnswer() : app.fetch(...asked));
  const server = createAdaptorServer({ fetch }) as Server;
  let port: number;
  try {
    port = await listen(server, options.port, host);
  } catch (error) {
    changes.close();
    live?.close();
    throw error;
  }
  return {
    url: `http://${nameOf(host)}:${port}`,
    port,
    hasPages: site !== undefined,
    isMoved: options.port !== 0 && port !== options.port,
    close: async () => {
      isEnding = true;
      changes.close();
      live?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A stream that ended leaves its connection open for the next question, which must not come.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const impatience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
      await closed;
      clearInterval(sweeping);
      clearTimeout(impatience);
    },
  };
}

/** To who asks on a connection from before: nothing half-true from a server that is going, and the connection ends. */
function endingAnswer(): Response {
  const error = { code: 'ending', message: 'Cannot answer: the server is ending' };
  return Response.json({ error }, { status: 503, headers: { connection: 'close', 'retry-after': '1' } });
}

async function listen(server: Server, wanted: number, host: string): Promise<number> {
  const last = wanted === 0 ? 0 : Math.min(wanted + TRIES, 65_535);
  for (let port = wanted; port <= last; port++) {
    try {
      return await listenOn(server, port, host);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EADDRINUSE')
        throw new TokenmeterError('usage', `Cannot listen on ${host}:${port} (${String(code)})`, { cause: error });
    }
  }
  throw new TokenmeterError('usage', `Cannot listen on ${host}: ports ${wanted} to ${last} are all taken`);
}

function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** The host as an address bar takes it; every address of the machine is shown as this machine. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
