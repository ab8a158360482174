import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { WireUsage } from '@tokenmeter/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../test/asking.ts';
import { fakeHouse } from '../../test/fake-house.ts';
import { isLoopback } from '../loopback.ts';
import { createApp } from './app.ts';
import { inlineScriptHashes, Site } from './site.ts';

const THEME = "\n      document.documentElement.dataset.theme = 'dark';\n    ";
let folder: string;
let site: Site | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-site-'));
  const root = join(folder, 'web');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(root, '.git'));
  writeFileSync(join(folder, 'secret.txt'), 'secret of the machine');
  writeFileSync(
    join(root, 'index.html'),
    `<!doctype html><script>${THEME}</script><script type="module" src="/assets/index-Ab12.js"></script>`,
  );
  writeFileSync(join(root, 'assets', 'index-Ab12.js'), `console.log('${'x'.repeat(2000)}');`);
  writeFileSync(join(root, 'favicon.svg'), '<svg/>');
  writeFileSync(join(root, '.env'), 'secret of the folder');
  writeFileSync(join(root, '.git', 'config'), 'secret of the history');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'linked.txt'));
  symlinkSync(folder, join(root, 'linked'));
  site = Site.read(root);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const house = () => fakeHouse('2026-11-18T15:00:00Z');
const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the guard of names', () => {
  test.each([
    'localhost',
    'localhost:4747',
    '127.0.0.1:4747',
    '127.8.9.1',
    '[::1]:4747',
    'LOCALHOST',
    'tm.localhost:1',
  ])('answers for %s', async (host) => {
    expect((await createApp(house()).request('/api/health', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:4747',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.5:4747',
    '0.0.0.0:4747',
    '[::]',
  ])('refuses %s, which a rebound name would bring', async (host) => {
    const response = await createApp(house()).request('/api/health', { headers: { host } });
    expect(response.status).toBe(403);
    expect((await readJson<WireUsage>(response)).error.code).toBe('foreign-host');
  });

  test('answers for the address it listens on', async () => {
    const app = createApp(house(), { host: '192.168.1.5', token: 't' });
    const headers = { host: '192.168.1.5:4747', authorization: 'Bearer t' };
    expect((await app.request('/api/health', { headers })).status).toBe(200);
    expect((await app.request('/api/health', { headers: { ...headers, host: '192.168.1.6' } })).status).toBe(403);
  });

  test.each([
    [{ origin: 'http://localhost:4747' }, 200],
    [{ origin: 'http://localhost:3000' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('answers %j with %i', async (headers, status) => {
    const response = await createApp(house()).request('/api/health', {
      headers: { host: 'localhost:4747', ...headers },
    });
    expect(response.status).toBe(status);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('refuses what another page posts, even as a navigation', async () => {
    const mine = house();
    const headers = { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const response = await createApp(mine).request('/api/sources/scan', { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(mine.ingest.scans).toBe(0);
  });

  test('allows no other site to read an answer before it asks (preflight)', async () => {
    const headers = { host: 'localhost', origin: 'http://evil.example', 'access-control-request-method': 'PUT' };
    const response = await createApp(house()).request('/api/prices', { method: 'OPTIONS', headers });
    expect(response.status).toBe(403);
  });

  test.each([
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['127.0.0.1', true],
    ['127.0.0.1.nip.io', false],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['notlocalhost', false],
  ])('isLoopback(%j) is %j', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('the guard of the token', () => {
  const app = () => createApp(house(), { token: 'open sesame'.replace(' ', '-'), site });
  const token = 'open-sesame';

  test.each(['/api/health', '/api/query', '/usage', '/metrics', '/openapi.json', '/docs', '/api/changes', '/nowhere'])(
    'refuses %s without it',
    async (path) => {
      const response = await app().request(path);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      expect((await readJson<WireUsage>(response)).error.code).toBe('token-needed');
    },
  );

  test.each(['Bearer wrong', 'Bearer open-sesam', 'Bearer open-sesame2', 'Basic open-sesame', 'Bearer', ''])(
    'refuses the authorization %j',
    async (authorization) => {
      expect((await app().request('/api/health', { headers: { authorization } })).status).toBe(401);
    },
  );

  test('takes a bearer', async () => {
    const response = await app().request('/api/health', { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    expect(response.headers.has('set-cookie')).toBe(false);
  });

  test('takes it once from the address, leaves a cookie that does not hold it, and clears the address', async () => {
    const first = await app().request(`/?token=${token}&w=day`, { headers: page });
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/?w=day');
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(token);
    const pair = cookie.split(';')[0] ?? '';
    expect((await app().request('/api/health', { headers: { cookie: pair } })).status).toBe(200);
    expect(
      (await createApp(house(), { token: 'another' }).request('/api/health', { headers: { cookie: pair } })).status,
    ).toBe(401);
  });

  test('sends nobody to another site after that', async () => {
    const response = await app().request(`http://localhost//evil.example/?token=${token}`);
    expect(response.headers.get('location')).toBe('/evil.example/');
  });

  test('refuses a wrong token in the address', async () => {
    expect((await app().request('/api/health?token=wrong')).status).toBe(401);
  });

  test('shows the page, as 401, to a visitor without it, so that the page can ask', async () => {
    const response = await app().request('/usage', { headers: page });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('<script');
    expect((await app().request('/assets/index-Ab12.js')).status).toBe(200);
  });

  test('leaves the cookie to a page that signed in by hand, for its event stream', async () => {
    const headers = { authorization: `Bearer ${token}`, 'sec-fetch-site': 'same-origin' };
    expect((await app().request('/api/health', { headers })).headers.get('set-cookie')).toContain('HttpOnly');
  });
});

describe('the pages', () => {
  const app = () => createApp(house(), { site });

  test('serves a page for visitors and figures for programs under /usage', async () => {
    const visit = await app().request('/usage?w=month', { headers: page });
    expect(visit.headers.get('content-type')).toContain('text/html');
    expect(visit.headers.get('vary')).toContain('Accept');
    expect((await readJson<WireUsage>(await app().request('/usage'))).window.kind).toBe('week');
  });

  test.each([
    '/',
    '/live',
    '/live/run-7',
    '/cost',
    '/sessions',
    '/sessions/abc',
    '/sessions/abc/calls/7',
    '/settings/prices',
    '/settings/sources/',
    '/settings/display',
    '/settings/data',
  ])('serves the page %s', async (path) => {
    const response = await app().request(path, { headers: page });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test('leads /settings to its first tab', async () => {
    const response = await app().request('/settings', { headers: page });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/settings/sources');
  });

  test.each(['/live/a/b', '/cost/a', '/budgets', '/nowhere', '/usage/x', '/sessions/a/b', '/index.html'])(
    'says 404 with the page for %s, which does not exist',
    async (path) => {
      const response = await app().request(path, { headers: page });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('text/html');
    },
  );

  test.each(['/api/nowhere', '/api', '/nowhere.js'])('says 404 in JSON to programs for %s', async (path) => {
    const response = await app().request(path);
    expect(response.status).toBe(404);
    expect((await readJson<WireUsage>(response)).error).toMatchObject({
      code: 'not-found',
      request_id: expect.any(String),
    });
  });

  test('packs what can be packed, once, and keeps hashed names for ever', async () => {
    const plain = await app().request('/assets/index-Ab12.js');
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toContain('text/javascript');
    const packed = await app().request('/assets/index-Ab12.js', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(await plain.text());
    const unwanted = await app().request('/assets/index-Ab12.js', { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(unwanted.headers.has('content-encoding')).toBe(false);
  });

  test('answers 304 to who has it already', async () => {
    const etag = (await app().request('/favicon.svg')).headers.get('etag') ?? '';
    const again = await app().request('/favicon.svg', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets\\..\\..\\secret.txt',
    '//secret.txt',
    '///etc/passwd',
    '/%00',
    '/favicon.svg%00.txt',
    '/linked.txt',
    '/linked/secret.txt',
    '/.env',
    '/%2eenv',
    '/.git/config',
    '/assets/',
    '/assets',
    '/%c0%ae%c0%ae/secret.txt',
    '/%',
    '/file:///etc/passwd',
  ])('gives nothing outside its folder for %s', async (path) => {
    const response = await app().request(`http://localhost${path}`);
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(text).not.toMatch(/secret of|root:/);
  });

  test('are none where they were not built', () => {
    expect(Site.read(join(folder, 'web', 'assets'))).toBeUndefined();
    expect(Site.read(join(folder, 'nowhere'))).toBeUndefined();
  });
});

describe('headers', () => {
  test('allow the one script written into the page, by its hash, and nothing else', async () => {
    const response = await createApp(house(), { site }).request('/sessions', { headers: page });
    const hash = createHash('sha256').update(THEME).digest('base64');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('inlineScriptHashes() reads line ends as a browser does and leaves out scripts of other files', () => {
    const hash = createHash('sha256').update('a\nb').digest('base64');
    expect(inlineScriptHashes('<script>a\r\nb</script><SCRIPT defer src=x></SCRIPT>')).toEqual([`'sha256-${hash}'`]);
  });

  test.each(['/api/health', '/nowhere', '/sessions', '/favicon.svg', '/usage?window=x'])(
    'are strict on %s',
    async (path) => {
      const { headers } = await createApp(house(), { site }).request(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    },
  );

  test('keep figures out of caches', async () => {
    expect((await createApp(house()).request('/api/health')).headers.get('cache-control')).toBe('no-store');
  });
});
