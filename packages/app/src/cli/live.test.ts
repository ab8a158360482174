import type { WireLiveRun, WireUsageDelta } from '@tokenmeter/core';
import { afterEach, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { type FakeTerminal, say, unpainted } from '../../test/fake-terminal.ts';
import { buckets, liveNow, liveRun, START } from '../../test/live-run.ts';
import { type LiveServer, liveServer } from '../../test/live-server.ts';
import type { Hub, LiveFrame } from '../live/port.ts';
import type { Terminal } from './io.ts';
import type { StreamFrame } from './live/board.ts';
import { sseReader } from './live/sse.ts';

const NOW = '2026-11-21T12:42:00Z';
const RUNS = [liveRun({ run_id: 'aaa111' }), liveRun({ run_id: 'abb222', title: 'Other work', session_id: 'ses-9' })];
const delta = (run: WireLiveRun): StreamFrame => ({
  event: 'usage_delta',
  data: { run_id: run.run_id, run } as WireUsageDelta, // -- a view reads the run only
});

const servers: LiveServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serve(runs: readonly WireLiveRun[] = RUNS, refuses: Record<string, number> = {}): Promise<LiveServer> {
  const server = await liveServer([{ event: 'usage_snapshot', data: liveNow(runs) }], refuses);
  servers.push(server);
  return server;
}

/** A terminal with a keyboard that the test presses. */
function keyboard(columns = 120, rows = 24) {
  let listener: ((key: string) => void) | undefined;
  let written = '';
  const left: (() => void)[] = [];
  const terminal: Terminal = {
    size: () => ({ columns, rows }),
    keys: (told) => {
      listener = told;
      return () => {
        listener = undefined;
      };
    },
    onResize: () => () => {},
    onLeave: (told) => {
      left.push(told);
      return () => {};
    },
    write: (text) => {
      written += text;
    },
  };
  const never = new Promise<void>(() => {});
  return {
    terminal: { keyboard: terminal, columns, interrupted: never } satisfies FakeTerminal,
    press: (key: string) => listener?.(key),
    hasKeys: () => listener !== undefined,
    crash: () => {
      for (const told of left) told();
    },
    raw: () => written,
    text: () => unpainted(written),
  };
}

test('top without a terminal prints one picture and ends', async () => {
  const server = await serve();
  const { code, out } = await say(fakeHouse(NOW), ['top'], { server: server.url });
  expect(code).toBe(0);
  expect(out).toContain('Migrate session store to SQLite WAL');
  expect(out).toContain('Other work');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a pipe gets none
  expect(out).not.toMatch(/\u001b/);
});

test('top follows the stream, stops a run when asked twice, and gives the terminal back', async () => {
  const server = await serve();
  const board = keyboard();
  const saying = say(fakeHouse(NOW, { token: 'secret' }), ['top'], { ...board.terminal, server: server.url });
  await expect.poll(() => board.text()).toContain('Other work');
  server.send(delta(liveRun({ run_id: 'abb222', title: 'Other work', seq: 2, usage: buckets(1, 2) })));
  server.send(delta(liveRun({ run_id: 'ccc333', title: 'A third' })));
  await expect.poll(() => board.text()).toContain('A third');
  board.press('x');
  expect(board.text()).toContain('Stop "Migrate session store to SQLite WAL"? Enter stops');
  board.press('enter');
  await expect.poll(() => server.asked).toContain('POST /api/runs/aaa111/interrupt Bearer secret');
  board.press('q');
  expect((await saying).code).toBe(0);
  expect(board.hasKeys()).toBe(false);
  expect(board.raw().startsWith('\u001b[?1049h')).toBe(true);
  expect(board.raw().endsWith('\u001b[?1049l')).toBe(true);
  await expect.poll(() => server.open).toBe(0);
});

test('top says why a run cannot be stopped', async () => {
  const server = await serve(RUNS, { '/api/runs/aaa111/interrupt': 409 });
  const board = keyboard();
  const saying = say(fakeHouse(NOW), ['top'], { ...board.terminal, server: server.url });
  await expect.poll(() => board.text()).toContain('Other work');
  board.press('x');
  board.press('enter');
  await expect.poll(() => board.text()).toContain('Cannot stop it, it is only watched');
  board.press('ctrl-c');
  await saying;
});

test('top tells since when it is cut off, and comes back with what is true then', async () => {
  const server = await serve();
  const board = keyboard();
  const saying = say(fakeHouse(NOW), ['top'], { ...board.terminal, server: server.url });
  await expect.poll(() => board.text()).toContain('live 12:42');
  server.cut();
  await expect.poll(() => board.text()).toContain('offline since 12:42');
  await expect.poll(() => server.asked.length).toBeGreaterThan(1);
  await expect
    .poll(() => board.text().lastIndexOf('live 12:42'))
    .toBeGreaterThan(board.text().indexOf('offline since'));
  board.press('q');
  await saying;
});

test('top gives the screen back when the program ends without asking', async () => {
  const server = await serve();
  const board = keyboard();
  const saying = say(fakeHouse(NOW), ['top'], { ...board.terminal, server: server.url });
  await expect.poll(() => board.text()).toContain('Other work');
  board.crash();
  expect(board.raw().endsWith('\u001b[?1049l')).toBe(true);
  board.press('q');
  await saying;
});

test('top and watch of a house that only reads say how to start a server', async () => {
  for (const argv of [['top'], ['watch', 'x']]) {
    const { code, err } = await say(fakeHouse(NOW), argv);
    expect(code).toBe(1);
    expect(err).toContain('start a server with tokenmeter serve');
  }
});

test('watch prints a line a tick until the run is over, found by the beginning of its id or its session', async () => {
  const server = await serve();
  const saying = say(fakeHouse(NOW), ['watch', 'ses'], { server: server.url, interrupted: new Promise(() => {}) });
  await expect.poll(() => server.open).toBe(1);
  server.send(delta(liveRun({ run_id: 'aaa111', seq: 5 })));
  const over = { run_id: 'abb222', title: 'Other work', ended_at: START, status: 'success', seq: 9 } as const;
  server.send({ event: 'usage_settled', data: { run: liveRun({ ...over, usage: buckets(1, 2) }) } });
  const { code, out } = await saying;
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toEqual([
    '$3.82  ctx 64%  in 38.6k  out 71.5k  cache 3.33M  writing',
    '$3.82  ctx 64%  in 1  out 2  cache 0  success',
  ]);
});

test('watch --json prints the frames of the run, one a line', async () => {
  const server = await serve();
  const saying = say(fakeHouse(NOW), ['watch', 'aaa', '--json'], {
    server: server.url,
    interrupted: new Promise(() => {}),
  });
  await expect.poll(() => server.open).toBe(1);
  server.send({ event: 'usage_settled', data: { run: liveRun({ run_id: 'aaa111', ended_at: START, seq: 9 }) } });
  const lines = (await saying).out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type, run }) => [type, run.run_id])).toEqual([
    ['usage_snapshot', 'aaa111'],
    ['usage_settled', 'aaa111'],
  ]);
});

test('watch does not guess: none is exit 4, several are wrong usage', async () => {
  const server = await serve();
  const never = new Promise<void>(() => {});
  expect(await say(fakeHouse(NOW), ['watch', 'zzz'], { server: server.url, interrupted: never })).toMatchObject({
    code: 4,
    err: 'Cannot find a run "zzz" among those in progress\n',
  });
  const several = await say(fakeHouse(NOW), ['watch', 'a'], { server: server.url, interrupted: never });
  expect(several.code).toBe(2);
  expect(several.err).toContain('2 begin so');
});

test('sseReader() gives the same frames however the text is cut', () => {
  const text = `: beat\r\n\r\nevent: strip\r\ndata: {"a":1}\r\n\r\nevent: unknown\ndata: {}\n\nevent: calls\ndata: {"calls":\ndata: []}\nid: 4\n\nevent: strip\ndata: {broken\n\n`;
  const read = (size: number) => {
    const frames: StreamFrame[] = [];
    const feed = sseReader((frame) => frames.push(frame));
    for (let at = 0; at < text.length; at += size) feed(text.slice(at, at + size));
    return frames;
  };
  const whole = read(text.length);
  expect(whole.map(({ event }) => event)).toEqual(['strip', 'calls']);
  for (const size of [1, 2, 3, 7, 50]) expect(read(size)).toEqual(whole);
});

test('without a server top and watch show what this process sees itself, and stop a run at its door', async () => {
  const frames = new Set<(frame: LiveFrame) => void>();
  const live = {
    now: () => liveNow(RUNS),
    subscribe: (listener: (frame: LiveFrame) => void) => {
      frames.add(listener);
      return () => void frames.delete(listener);
    },
    interrupt: async () => ({ state: 'refused', reason: 'It is only watched' }),
  } as unknown as Hub; // -- all that a view asks
  const house = () => ({ ...fakeHouse(NOW), live });
  const board = keyboard();
  const stopped: string[] = [];
  const stopRun = async (_: string, id: string) => (stopped.push(id) === 1 ? id : undefined);
  const saying = say(house(), ['top'], { ...board.terminal, stopRun });
  await expect.poll(() => board.text()).toContain('Other work');
  board.press('x');
  board.press('enter');
  await expect.poll(() => stopped).toEqual(['aaa111']);
  board.press('x');
  board.press('enter');
  await expect.poll(() => board.text()).toContain('It is only watched');
  board.press('q');
  await saying;
  expect(frames.size).toBe(0);
  expect((await say(house(), ['top'])).out).toContain('Other work');
});
