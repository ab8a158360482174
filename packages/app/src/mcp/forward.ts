/**
 * Tools of a process beside a running server: each call is done by the server, which alone sees runs in progress and tells
 * open pages what moved, and here where there is none. It refuses to remember whether there was one: servers come and go.
 */
import { z } from '@hono/zod-openapi';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

/** What tools are registered with. */
export type ToolRegistrar = Pick<McpServer, 'registerTool'>;

/** Asks the running server; undefined where none answers. */
export type Forward = (name: string, asked: unknown) => Promise<unknown>;

/** A registrar whose tools ask the server first. */
export function forwarding(server: McpServer, forward: Forward): ToolRegistrar {
  const register = (
    name: string,
    config: { readonly inputSchema?: unknown },
    own: (...asked: unknown[]) => unknown,
  ): unknown =>
    server.registerTool(
      name,
      config as never,
      (async (...asked: unknown[]) => {
        // Tools without input are called with what surrounds the call alone.
        const answer = await forward(name, config.inputSchema === undefined ? {} : asked[0]);
        return answer ?? own(...asked);
      }) as never,
    );
  // as -- the same method as the server's, whose types follow each tool's schema
  return { registerTool: register as unknown as McpServer['registerTool'] };
}

/** A registrar whose tools refuse a word they do not know: a filter that is silently ignored gives a wrong total. */
export function strictly(server: ToolRegistrar): ToolRegistrar {
  const register = (name: string, config: { readonly inputSchema?: z.ZodRawShape }, work: unknown): unknown =>
    server.registerTool(
      name,
      (config.inputSchema ? { ...config, inputSchema: z.strictObject(config.inputSchema) } : config) as never,
      work as never,
    );
  // as -- the same method as the server's, whose types follow each tool's schema
  return { registerTool: register as unknown as McpServer['registerTool'] };
}
