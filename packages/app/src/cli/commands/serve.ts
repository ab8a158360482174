/** `tokenmeter serve`: the dashboard. It listens at once, reads history behind it, then follows the logs until told to end. */
import { TokenmeterError } from '@tokenmeter/core';
import { runServer } from '../run-server.ts';
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
      await runServer(house, cli, { ...args, port: readPort(args.port, house.config.port), screen });
      return EXIT.ok;
    } finally {
      await house.close();
    }
  },
});

function readPort(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new TokenmeterError('usage', `Cannot listen on port "${text}", write 0 to 65535`);
  return port;
}
