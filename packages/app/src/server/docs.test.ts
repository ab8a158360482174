import { describe, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { createApp } from './app.ts';

const app = createApp(fakeHouse('2026-11-18T15:00:00Z'));
const document = (await (await app.request('/openapi.json')).json()) as {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      { summary?: string; parameters?: { name: string; in: string; required?: boolean }[]; responses: object }
    >
  >;
  components: { schemas: Record<string, { properties?: Record<string, { type?: unknown }> }> };
};

/** Routes of the application as the document spells them. */
const routes = app.routes
  .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
  .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);

describe('the OpenAPI document', () => {
  test('is version 3.1 with a head', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Tokenmeter', version: '0.1.0' } });
  });

  test('lists every route there is, and only those', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(new Set(listed)).toEqual(new Set(routes));
    expect(listed).toEqual(
      expect.arrayContaining([
        'get /usage',
        'get /metrics',
        'patch /api/settings',
        'get /api/sessions/{id}/calls',
        'get /api/changes',
      ]),
    );
  });

  test('resolves every reference and says something of every operation', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(30);
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty([name]);
    for (const methods of Object.values(document.paths))
      for (const operation of Object.values(methods)) {
        expect(operation.summary).toBeTruthy();
        expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      }
  });

  test('declares each parameter of a path, and no parameter of a query as required but where it is', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const { parameters = [] } of Object.values(methods)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);
        expect(new Set(parameters.map(({ name, in: place }) => `${place} ${name}`)).size).toBe(parameters.length);
      }
    const query = document.paths['/api/query']?.get?.parameters ?? [];
    expect(query.filter(({ required }) => required)).toEqual([]);
    expect(query.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['by', 'since', 'window', 'agent', '-agent', 'limit']),
    );
  });

  test('spells null as 3.1 does', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('"nullable"');
    expect(document.components.schemas.Totals?.properties?.reasoning?.type).toEqual(['integer', 'null']);
  });

  test.each([
    ['Row', 'cost_parts'],
    ['CallDetail', 'price'],
    ['Model', 'price'],
    ['Run', 'usage'],
    ['LiveRun', 'usage'],
    ['TaskStatusResult', 'event'],
  ])('lets %s.%s be null, although its schema has a name', (name, property) => {
    expect(document.components.schemas[name]?.properties?.[property]).toMatchObject({
      anyOf: [{ $ref: expect.any(String) }, { type: 'null' }],
    });
  });

  test('says of every operation with a query that it may refuse it', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const { parameters = [], responses } of Object.values(methods))
        if (parameters.some((parameter) => parameter.in === 'query'))
          expect(Object.keys(responses), path).toContain('400');
  });

  test('is shown as a page without scripts and without anything from elsewhere', async () => {
    const response = await app.request('/docs');
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).not.toMatch(/<script|<link|src=|https?:\/\//i);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    for (const path of Object.keys(document.paths)) expect(html).toContain(path);
    expect(html).toContain('id="schema-Totals"');
  });
});
