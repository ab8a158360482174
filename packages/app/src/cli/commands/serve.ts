/** `tokenmeter serve`: the dashboard. It listens at once, reads history behind it, then follows the logs until told to end. */
import { fileURLToPath } from 'node:url';
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../../house.ts';
import { openBrowser } from '../open-browser.ts';
import { openScreen } from '../screen.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';

export const serve = defineVerb({
  name: 'serve',
  summary: 'The dashboard, live',
  args: {
    port: {
      type: 'string',
      valueHint: 'N',
      description: 'Port, 0 for any free one; default 4747, the next free one if taken',
    },
    host: {
      type: 'string',
      valueHint: 'ADDRESS',
      description: 'Address to listen on; other than loopback it needs TOKENMETER_TOKEN',
    },
    open: { type: 'boolean', description: 'Open the browser' },
    ...COMMON,
  },
  run: async (args, cli) => {
    const { io } = cli;
    const screen = openScreen(io, args);
    const house = await cli.openHouse({ home: args.home, data: args.data, resident: true });
    try {
      for (const warning of house.warnings) io.err(`${warning}\n`);
      const running = await cli.findServer(house.dataDir);
      if (running !== undefined) {
        await io.out(`Tokenmeter already runs on ${screen.paint('bold', running)}\n`);
        return EXIT.ok;
      }
      const port = readPort(args.port, house.config.port);
      const { startServer } = await import('../../server/start.ts');
      const server = await startServer(house, {
        port,
        host: args.host ?? house.config.host,
        token: house.config.token,
        webRoot: fileURLToPath(new URL('../../web', import.meta.url)),
        onError: (requestId, error) => io.err(`Cannot answer request ${requestId}: ${reasonOf(error)}\n`),
      });
      const resident = await cli.reside(house, server.url);
      if (server.isMoved) io.err(`Port ${port} is taken, using ${server.port}\n`);
      await io.out(`Tokenmeter runs on ${screen.paint('bold', server.url)}\nEnd it with Ctrl+C\n`);
      if (args.open) await openBrowser(cli.io, server.url);
      // The watcher starts first: what is appended while history is read must not wait for the next change.
      let isEnding = false;
      const following = follow(house, (text) => {
        if (!isEnding) io.err(text);
      });
      await io.interrupted();
      isEnding = true;
      resident?.close();
      await server.close();
      // A first read of years may take a while: what it has not written yet, the next start reads.
      await Promise.race([following.then((watch) => watch?.close()), patience(PATIENCE_MS)]);
      return EXIT.ok;
    } finally {
      await house.close();
    }
  },
});

const PATIENCE_MS = 1_500;

function patience(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms).unref();
  });
}

async function follow(house: House, complain: (text: string) => void): Promise<{ close(): Promise<void> } | undefined> {
  try {
    const watch = await house.ingest.watch();
    const report = await house.ingest.scan();
    for (const { path, reason } of report.failures.slice(0, 3)) complain(`Cannot read "${path}": ${reason}\n`);
    await house.ledger.tidy();
    return watch;
  } catch (error) {
    complain(`Cannot follow the logs: ${reasonOf(error)}\n`);
    return undefined;
  }
}

function readPort(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new TokenmeterError('usage', `Cannot listen on port "${text}", write 0 to 65535`);
  return port;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
