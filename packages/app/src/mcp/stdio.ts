/** The tools over standard input and output, for agents that start `tokenmeter mcp`. Ends when the agent closes its end. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { House } from '../house.ts';
import { createMcpServer } from './server.ts';

/** Resolves when there is nobody to answer any more. */
export async function serveStdio(house: House, interrupted: Promise<void>): Promise<void> {
  const server = createMcpServer(house, house.askServer);
  const transport = new StdioServerTransport();
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    // The transport does not say so when its input ends.
    process.stdin.once('end', resolve).once('close', resolve);
  });
  await server.connect(transport);
  await Promise.race([closed, interrupted]);
  await server.close();
}
