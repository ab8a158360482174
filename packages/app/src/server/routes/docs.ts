/** GET /openapi.json and GET /docs: what this server answers, for programs and for people. */
import { createRoute, z } from '@hono/zod-openapi';
import type { JSONValue } from 'hono/utils/types';
import type { Api, ServerState } from '../api.ts';
import { DOCS_STYLE_HASH, type Document, writeDocs } from '../docs.ts';

const documentSchema: z.ZodType<Record<string, JSONValue>> = z.any().openapi({ type: 'object' });
const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Server'],
  summary: 'This interface as OpenAPI 3.1',
  responses: {
    200: {
      description: 'The document',
      content: { 'application/json': { schema: documentSchema } },
    },
  },
});
const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Server'],
  summary: 'This interface as a page to read',
  responses: { 200: { description: 'The page', content: { 'text/html': { schema: z.string() } } } },
});

export function docRoutes(api: Api, state: ServerState): void {
  const document = (): Document =>
    api.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Tokenmeter',
        version: state.house.version,
        description:
          'What agents used and what it cost. Money is decimal strings, instants are ISO 8601, periods are half-open. Every error has the shape of Error; 401, 403, 404, 413, 415 and 500 may come from any path.',
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      servers: [{ url: '/' }],
      security: [{}, { bearer: [] }],
    });
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'Needed where the server has a token',
  });
  // Built when first asked for: the routes are all there by then.
  let known: Document | undefined;
  const read = () => {
    known ??= document();
    return known;
  };
  api.openapi(documentRoute, (c) => {
    const plain: Record<string, JSONValue> = JSON.parse(JSON.stringify(read()));
    return c.json(plain, 200);
  });
  api.openapi(docsRoute, async (c) => {
    c.header(
      'content-security-policy',
      `default-src 'none'; style-src ${DOCS_STYLE_HASH}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    return c.html(await writeDocs(read()), 200);
  });
}
