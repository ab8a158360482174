/** Serves a house until told to end: it listens at once, reads history behind it, then follows the logs. */
import { fileURLToPath } from 'node:url';
import { isConfigName } from '../config-keys.ts';
import type { House } from '../house.ts';
import { openBrowser } from './open-browser.ts';
import type { Screen } from './screen.ts';
import type { Cli } from './verb.ts';

export interface ServerWishes {
  readonly port: number;
  readonly host?: string | undefined;
  /** Open the browser. */
  readonly open?: boolean | undefined;
  readonly screen: Screen;
  /** Said behind the address. */
  readonly words?: string;
  /** What else goes on while it serves; ended before the server is. */
  readonly beside?: () => { close(): Promise<void> };
}

export async function runServer(house: House, cli: Cli, wishes: ServerWishes): Promise<void> {
  const { io } = cli;
  const { port, screen, words = '' } = wishes;
  const { startServer } = await import('../server/start.ts');
  const server = await startServer(house, {
    port,
    host: wishes.host ?? house.config.host,
    token: house.config.token,
    webRoot: fileURLToPath(new URL('../web', import.meta.url)),
    onError: (requestId, error) => io.err(`Cannot answer request ${requestId}: ${reasonOf(error)}\n`),
  });
  const unsubscribe = house.onConfigure(({ changed, warnings }) => {
    for (const warning of warnings) io.err(`${warning}\n`);
    const keys = changed.map(keyOf).filter(isConfigName);
    if (keys.length > 0) io.err(`Settings changed: ${keys.join(', ')}\n`);
  });
  const resident = await cli.reside(house, server.url);
  if (server.isMoved) io.err(`Port ${port} is taken, using ${server.port}\n`);
  await io.out(`Tokenmeter runs on ${screen.paint('bold', server.url)}\n${words}End it with Ctrl+C\n`);
  if (wishes.open) await openBrowser(io, server.url);
  // The watcher starts first: what is appended while history is read must not wait for the next change.
  let isEnding = false;
  const following = follow(house, (text) => {
    if (!isEnding) io.err(text);
  });
  const beside = wishes.beside?.();
  await io.interrupted();
  isEnding = true;
  unsubscribe();
  await beside?.close();
  resident?.close();
  await server.close();
  // A first read of years may take a while: what it has not written yet, the next start reads.
  await Promise.race([following.then((watch) => watch?.close()), patience(PATIENCE_MS)]);
}

/** As the file spells it. */
function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
