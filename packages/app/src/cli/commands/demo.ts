/**
 * `tokenmeter demo`: the dashboard with recorded sessions that go on while you look, in a home and a ledger of its own that
 * are gone when it ends. Nothing of yours is read.
 */
import { TokenmeterError } from '@tokenmeter/core';
import { runServer } from '../run-server.ts';
import { openScreen } from '../screen.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';

const FASTEST = 20;

export const demo = defineVerb({
  name: 'demo',
  summary: 'The dashboard with recorded sessions, in a place of its own',
  args: {
    speed: { type: 'string', valueHint: 'N', description: 'How fast it goes: 1 to read along, up to 20' },
    port: { type: 'string', valueHint: 'N', description: 'Port; default any free one' },
    open: { type: 'boolean', description: 'Open the browser' },
    color: COMMON.color,
    ascii: COMMON.ascii,
  },
  examples: ['tokenmeter demo', 'tokenmeter demo --speed 4 --open'],
  run: async (args, cli) => {
    const speed = readSpeed(args.speed);
    const port = readPort(args.port);
    const screen = openScreen(cli.io, args);
    const stage = await cli.openDemo(speed);
    try {
      await runServer(stage.house, cli, {
        port,
        host: '127.0.0.1',
        open: args.open,
        screen,
        words: 'This is a demo: recorded sessions, nothing of yours\n',
        beside: () => stage.play(),
      });
      return EXIT.ok;
    } finally {
      await stage.close();
    }
  },
});

function readSpeed(text = '1'): number {
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed >= 0.1 && speed <= FASTEST) return speed;
  throw new TokenmeterError('usage', `Cannot use "${text}" as --speed, write a number from 0.1 to ${FASTEST}`);
}

function readPort(text = '0'): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new TokenmeterError('usage', `Cannot listen on port "${text}", write 0 to 65535`);
}
