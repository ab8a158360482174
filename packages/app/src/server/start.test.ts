import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { type StartedServer, type StartOptions, startServer } from './start.ts';

let folder: string;
let house: FakeHouse;
const open: { close(): unknown }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-start-'));
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'secret.txt'), 'secret of the machine');
  writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html>');
  house = fakeHouse('2026-11-18T15:00:00Z');
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: Partial<StartOptions> = {}): Promise<StartedServer> {
  const server = await startServer(house, { port: 0, host: '127.0.0.1', webRoot: join(folder, 'web'), ...more });
  open.push(server);
  return server;
}

/** What the server says to exactly these bytes; no client tidies them up before. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('startServer()', () => {
  test('listens, says where, and answers', async () => {
    const { url, port, isMoved } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(isMoved).toBe(false);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  test('takes the next free port where the one asked for is taken, and says so', async () => {
    const taken = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    open.push(taken);
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const server = await start({ port });
    expect(server.port).toBeGreaterThan(port);
    expect(server.isMoved).toBe(true);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])(
    'refuses to listen on %s without a token',
    async (host) => {
      await expect(startServer(house, { port: 0, host })).rejects.toThrow(/TOKENMETER_TOKEN/);
      expect(house.ingest.listeners).toBe(0);
    },
  );

  test('listens everywhere with a token, which every request then needs', async () => {
    const { port, url } = await start({ host: '0.0.0.0', token: 'open-sesame' });
    expect(url).toBe(`http://localhost:${port}`);
    const ask = (headers: string) =>
      raw(port, `GET /api/health HTTP/1.1\r\nHost: box.lan:${port}\r\nConnection: close\r\n${headers}\r\n`);
    expect(await ask('')).toMatch(/^HTTP\/1.1 401/);
    expect(await ask('Authorization: Bearer open-sesame\r\n')).toMatch(/^HTTP\/1.1 200/);
  });

  test('says which address it cannot have', async () => {
    await expect(startServer(house, { port: 0, host: '203.0.113.7', token: 't' })).rejects.toThrow(/203\.0\.113\.7/);
    expect(house.ingest.listeners).toBe(0);
  });

  test.each([
    '/../secret.txt',
    '/../../../../../../../../etc/passwd',
    '/%2e%2e/secret.txt',
    '/%252e%252e/secret.txt',
    '/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '/./../secret.txt',
    '//../secret.txt',
    '/web/../../secret.txt',
    '/%00/../secret.txt',
    'http://127.0.0.1/../secret.txt',
  ])('gives nothing outside its folder to the bytes "GET %s"', async (path) => {
    const { port } = await start();
    const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(answer).not.toMatch(/secret of|root:/);
  });

  test('refuses a foreign Host on the wire, and none at all', async () => {
    const { port } = await start();
    expect(await raw(port, 'GET /api/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 403/,
    );
    expect(await raw(port, 'GET /api/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(
      await raw(port, `GET http://evil.example/api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 (4\d\d|200)/);
  });

  test('refuses a body sent in pieces that grows beyond the bound', async () => {
    const { port } = await start();
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head =
      'PATCH /api/settings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    expect(await raw(port, `${head}${piece.repeat(5)}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413/);
  });

  test('brings a change over the wire, resumes, and ends the stream when closed', async () => {
    const server = await start();
    const response = await fetch(`${server.url}/api/changes`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (words: string) => {
      while (!text.includes(words)) {
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) return;
        text += value;
      }
    };
    await until('event: hello');
    house.ingest.tell(1, house.clock.nowMs, ['abc']);
    await until('"sessions":["abc"]');
    const id = /id: (\S+)\ndata: \{"seq":0/.exec(text)?.[1] ?? '';
    const again = await fetch(`${server.url}/api/changes`, { headers: { 'last-event-id': id } });
    const other = again.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('"sessions":["abc"]')) heard += (await other?.read())?.value ?? '';
    expect(heard).toContain('"resumed":true');
    await server.close();
    await until('never said');
    expect((await reader?.read())?.done ?? true).toBe(true);
    await expect(fetch(`${server.url}/api/health`)).rejects.toThrow();
  });

  test('while it ends, what is under way is answered, what comes after is told so, and no connection is kept', async () => {
    let goOn = () => {};
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { facts } = house.ledger;
    let isAsked = false;
    house.ledger.facts = async () => {
      isAsked = true;
      await waiting;
      return facts.call(house.ledger);
    };
    const server = await start();
    let text = '';
    const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
    const socket = connect(server.port, '127.0.0.1', () => socket.write(ask('/api/health')));
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await expect.poll(() => isAsked).toBe(true);
    const closed = server.close();
    await new Promise<void>((resolve) => socket.write(ask('/api/live'), () => resolve()));
    // The server has read it before the first answer goes out: only then is the connection never idle.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    await Promise.all([closed, gone]);
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(text).toContain('"code":"ending"');
  });

  test('forgets a client whose connection breaks', async () => {
    const { url } = await start();
    const breaking = new AbortController();
    const response = await fetch(`${url}/api/changes`, { signal: breaking.signal });
    await response.body?.getReader().read();
    const streams = async () => /tokenmeter_open_streams (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
    expect(await streams()).toBe('1');
    breaking.abort();
    while ((await streams()) !== '0') await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
