/** `tokenmeter mcp`: the tools for agents, on standard input and output. Nothing else may be written there. */
import { COMMON, defineVerb, EXIT } from '../verb.ts';

export const mcp = defineVerb({
  name: 'mcp',
  summary: 'Tools for agents, over the Model Context Protocol on stdin and stdout',
  args: { ...COMMON },
  examples: ['claude mcp add tokenmeter -- tokenmeter mcp'],
  run: async (args, cli) => {
    const house = await cli.openHouse({ home: args.home, data: args.data, stays: true });
    try {
      for (const warning of house.warnings) cli.io.err(`${warning}\n`);
      const { serveStdio } = await import('../../mcp/stdio.ts');
      await serveStdio(house, cli.io.interrupted());
      return EXIT.ok;
    } finally {
      await house.close();
    }
  },
});
