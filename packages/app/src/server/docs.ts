/**
 * The OpenAPI document as a page to read: no script, no other site, one style sheet in the page. It shows what the
 * document says and nothing else.
 */
import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { html, raw } from 'hono/html';

export type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body: unknown;
  readonly responses: Readonly<Record<string, Answer>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: { readonly type?: unknown; readonly enum?: readonly unknown[]; readonly description?: string };
}
interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:0 auto;padding:1rem}
h2{margin-top:2.5rem;border-bottom:1px solid}
h3{margin:2rem 0 .25rem;font:600 1rem ui-monospace,monospace;overflow-wrap:anywhere}
h3 span{display:inline-block;min-width:4.5rem}
code,pre{font:.875rem/1.4 ui-monospace,monospace}
pre{overflow:auto;padding:.75rem;border:1px solid;border-radius:4px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}
`;

/** What the page's Content-Security-Policy must allow. */
export const DOCS_STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

export async function writeDocs(document: Document): Promise<string> {
  const operations = readOperations(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const schemas = Object.entries(document.components?.schemas ?? {});
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}</title><style>${raw(STYLE)}</style></head><body>
<h1>${document.info.title} ${document.info.version}</h1>
<p>${document.info.description ?? ''} The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
${tags.map(
  (tag) => html`<h2>${tag}</h2>
${operations.filter((operation) => operation.tag === tag).map(writeOperation)}`,
)}
<h2>Schemas</h2>
${schemas.map(
  ([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>
<pre>${JSON.stringify(schema, null, 2)}</pre>`,
)}
</body></html>
`;
  return page.toString();
}

function writeOperation(operation: Operation) {
  return html`<h3><span>${operation.method.toUpperCase()}</span> ${operation.path}</h3>
<p>${operation.summary}. ${operation.description}</p>
${
  operation.parameters.length === 0
    ? ''
    : html`<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>
${operation.parameters.map(
  (
    parameter,
  ) => html`<tr><td><code>${parameter.name}</code>${parameter.required ? ' (required)' : ''}</td><td>${parameter.in}</td>
<td>${parameter.schema?.enum?.join(', ') ?? String(parameter.schema?.type ?? '')}</td>
<td>${parameter.description ?? parameter.schema?.description ?? ''}</td></tr>`,
)}
</tbody></table>`
}
${operation.body === undefined ? '' : html`<p>Body: ${writeSchema(operation.body)}</p>`}
<ul>${Object.entries(operation.responses).map(([status, answer]) => {
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    return html`<li><strong>${status}</strong> ${answer.description}${type ? html` (<code>${type}</code>, ${writeSchema(content?.schema)})` : ''}</li>`;
  })}</ul>`;
}

function writeSchema(schema: unknown) {
  const name = referenceOf(schema);
  return name ? html`<a href="#schema-${name}">${name}</a>` : html`<code>${JSON.stringify(schema)}</code>`;
}

function referenceOf(schema: unknown): string | undefined {
  const reference = typeof schema === 'object' && schema !== null && '$ref' in schema ? schema.$ref : undefined;
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
}

function readOperations(document: Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, told]) => {
      if (typeof told !== 'object' || told === null) return [];
      // -- our own document, as the schemas of the routes made it
      const operation = told as Partial<Operation> & {
        tags?: readonly string[];
        requestBody?: { content?: Record<string, { schema?: unknown }> };
      };
      return {
        method,
        path,
        tag: operation.tags?.[0] ?? '',
        summary: operation.summary ?? '',
        description: operation.description ?? '',
        parameters: operation.parameters ?? [],
        body: operation.requestBody?.content?.['application/json']?.schema,
        responses: operation.responses ?? {},
      };
    }),
  );
}
