/** The tools over standard input and output, for agents that start `tokenmeter mcp`. Ends when the agent closes its end. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../house.ts';
import { createMcpServer } from './server.ts';

/** Resolves when there is nobody to answer any more. Throws `usage` where the agent sent what cannot be read to its end. */
export async function serveStdio(house: House, interrupted: Promise<void>): Promise<void> {
  const server = createMcpServer(house, house.askServer);
  const transport = new StdioServerTransport();
  let lastFault: Error | undefined;
  server.server.onerror = (error) => {
    lastFault = error;
  };
  const closed = new Promise<Error | undefined>((resolve) => {
    // The transport closes by itself where it cannot go on: at a message without end.
    server.server.onclose = () => resolve(lastFault);
    // It does not say so when its input ends.
    const ended = () => resolve(undefined);
    process.stdin.once('end', ended).once('close', ended);
  });
  await server.connect(transport);
  const fault = await Promise.race([closed, interrupted]);
  await server.close();
  if (fault) throw new TokenmeterError('usage', `Cannot read what the agent sent: ${fault.message}`, { cause: fault });
}
