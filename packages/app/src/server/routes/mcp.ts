/**
 * POST /mcp: the tools for agents over streamable HTTP, behind the same guards as everything else. Without sessions: each
 * request is whole, so nothing is kept between two of them and a restart loses nothing.
 */
import { createRoute, z } from '@hono/zod-openapi';
import type { Api, ServerState } from '../api.ts';

const message = z.unknown().openapi({ type: 'object', description: 'A JSON-RPC 2.0 message' });

const route = createRoute({
  method: 'post',
  path: '/mcp',
  tags: ['Agents'],
  summary: 'Tools for agents, over the Model Context Protocol (streamable HTTP, without sessions)',
  request: { body: { required: true, content: { 'application/json': { schema: message } } } },
  responses: {
    200: { description: 'The answer', content: { 'application/json': { schema: message } } },
    202: { description: 'A notification was taken' },
  },
});

export function mcpRoutes(api: Api, state: ServerState): void {
  api.openAPIRegistry.registerPath(route);
  api.post('/mcp', async (c) => {
    // Loaded when first asked for: most servers never are.
    const [{ WebStandardStreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
      import('../../mcp/server.ts'),
    ]);
    const server = createMcpServer({ ...state.house, config: state.config });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      return await transport.handleRequest(c.req.raw);
    } finally {
      await server.close();
    }
  });
}
