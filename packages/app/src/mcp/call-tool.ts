/** One call of one tool in this process, as any client would make it: how a server does what others ask it at its socket. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { House } from '../house.ts';
import { createMcpServer } from './server.ts';

export async function callTool(house: House, name: string, asked: unknown): Promise<CallToolResult> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(house);
  const client = new Client({ name: 'tokenmeter', version: house.version });
  try {
    await server.connect(ours);
    await client.connect(theirs);
    const isRecord = typeof asked === 'object' && asked !== null;
    return (await client.callTool({ name, arguments: isRecord ? { ...asked } : {} })) as CallToolResult; // -- as asked for
  } finally {
    await client.close();
    await server.close();
  }
}
