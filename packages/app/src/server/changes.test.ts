import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireChange, WireHello, WireImport } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { createApp } from './app.ts';
import { ChangeFeed, foldChanges } from './changes.ts';

let house: FakeHouse;
let feed: ChangeFeed;
beforeEach(() => {
  vi.useFakeTimers();
  house = fakeHouse('2026-11-18T15:00:00Z');
  feed = new ChangeFeed(house.ingest, house.clock, house);
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

interface Frame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Partial<WireChange & WireHello & WireImport>;
}

/** A client that takes everything at once. */
function listen(lastEventId?: string) {
  const reader = feed.connect(lastEventId).getReader();
  const frames: Frame[] = [];
  const comments: string[] = [];
  const bytes: Uint8Array[] = [];
  let isEnded = false;
  const drain = async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      bytes.push(value);
      const text = new TextDecoder().decode(value);
      if (text.startsWith(':') || text.startsWith('retry')) comments.push(text);
      else
        frames.push({
          event: /^event: (.*)$/m.exec(text)?.[1] ?? '',
          id: /^id: (.*)$/m.exec(text)?.[1],
          data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null'),
        });
    }
    isEnded = true;
  };
  void drain();
  return { reader, frames, comments, bytes, isEnded: () => isEnded };
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const tell = (seq: number, sessions = ['s1']) => house.ingest.tell(seq, house.clock.nowMs, sessions);

describe('the change stream', () => {
  test('says hello with the seq of the snapshot before anything else', async () => {
    tell(7);
    const client = listen();
    tell(8);
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.frames.map(({ event, data }) => [event, data.seq])).toEqual([
      ['hello', 7],
      ['change', 8],
    ]);
    expect(client.frames[0]?.data).toEqual({ seq: 7, at: '2026-11-18T15:00:00.000Z', resumed: false });
  });

  test('sends the first change at once and the rest of 250 ms as one, with the last totals of it', async () => {
    const client = listen();
    for (let seq = 1; seq <= 1000; seq++) {
      tell(seq, [`s${seq % 3}`]);
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(500);
    const changes = client.frames.filter(({ event }) => event === 'change');
    expect(changes.length).toBeLessThanOrEqual(5);
    expect(changes[0]?.data).toMatchObject({ seq: 1, inserted: 1 });
    expect(changes.at(-1)?.data.seq).toBe(1000);
    expect(changes.reduce((sum, { data }) => sum + (data.inserted ?? 0), 0)).toBe(1000);
    expect(changes[1]?.data.sessions?.toSorted()).toEqual(['s0', 's1', 's2']);
  });

  test('is silent where nothing moves', async () => {
    const client = listen();
    await vi.advanceTimersByTimeAsync(14_000);
    expect(client.frames).toHaveLength(1);
  });

  test('keeps the line open with a comment each 15 s', async () => {
    const client = listen();
    await vi.advanceTimersByTimeAsync(46_000);
    expect(client.comments.filter((comment) => comment === ': ping\n\n')).toHaveLength(3);
  });

  test('tells a client that comes back what it missed, as one change', async () => {
    const first = listen();
    tell(1, ['a']);
    await vi.advanceTimersByTimeAsync(300);
    const seen = first.frames.at(-1)?.id;
    tell(2, ['b']);
    await vi.advanceTimersByTimeAsync(300);
    tell(3, ['c']);
    await vi.advanceTimersByTimeAsync(300);
    const again = listen(seen);
    await settle();
    expect(again.frames.map(({ event, data }) => [event, data.seq])).toEqual([
      ['hello', 3],
      ['change', 3],
    ]);
    expect(again.frames[0]?.data.resumed).toBe(true);
    expect(again.frames[0]?.id).toBe(seen);
    expect(again.frames[1]?.data).toMatchObject({ inserted: 2, sessions: ['b', 'c'] });
    expect(again.frames[1]?.id).toBe(first.frames.at(-1)?.id);
  });

  test('repeats nothing to a client that missed nothing', async () => {
    const first = listen();
    tell(1);
    await settle();
    const again = listen(first.frames.at(-1)?.id);
    await settle();
    expect(again.frames.map(({ event, data }) => [event, data.resumed])).toEqual([['hello', true]]);
  });

  test.each(['', 'x', '-', 'abc-1', '-1', '1-1', 'NaN-NaN', '9'.repeat(400)])(
    'does not pretend to know what was missed since %j',
    async (id) => {
      tell(5);
      const client = listen(id);
      await settle();
      expect(client.frames).toEqual([
        expect.objectContaining({ event: 'hello', data: expect.objectContaining({ resumed: false }) }),
      ]);
    },
  );

  test('does not resume with an id of a process before, whose counting was another', async () => {
    tell(5);
    const client = listen();
    await settle();
    const id = client.frames[0]?.id;
    const later = fakeHouse('2026-11-18T16:00:00Z');
    const other = new ChangeFeed(later.ingest, later.clock);
    later.ingest.tell(9, later.clock.nowMs);
    const text = new TextDecoder().decode((await readAll(other.connect(id), 2))[1]);
    expect(text).toContain('"resumed":false');
    other.close();
  });

  test('forgets changes beyond a bound, and says so to who asks for them', async () => {
    const first = listen();
    tell(1);
    await settle();
    const seen = first.frames.at(-1)?.id;
    for (let seq = 2; seq < 400; seq++) {
      tell(seq);
      await vi.advanceTimersByTimeAsync(260);
    }
    const again = listen(seen);
    const recent = listen(first.frames.at(-3)?.id);
    await settle();
    expect(again.frames[0]?.data.resumed).toBe(false);
    expect(recent.frames[0]?.data.resumed).toBe(true);
  });

  test('encodes a frame once for all clients', async () => {
    const clients = [listen(), listen(), listen()];
    tell(1);
    await settle();
    const [a, b, c] = clients.map((client) => client.bytes.at(-1));
    expect(a).toBe(b);
    expect(b).toBe(c);
  });

  test('folds changes for a slow client instead of queueing them', async () => {
    const stream = feed.connect(undefined);
    for (let seq = 1; seq <= 100; seq++) {
      tell(seq, [`s${seq}`]);
      await vi.advanceTimersByTimeAsync(260);
    }
    const texts = (await readAll(stream, 9)).map((chunk) => new TextDecoder().decode(chunk));
    const last = texts.at(-1) ?? '';
    expect(texts).toHaveLength(9);
    expect(last).toContain('"seq":100');
    const inserted = texts.join('').matchAll(/"inserted":(\d+)/g);
    expect([...inserted].reduce((sum, [, number]) => sum + Number(number), 0)).toBe(100);
  });

  test('drops a client that takes nothing for a minute', async () => {
    let hungUp = 0;
    feed.connect(undefined, () => hungUp++);
    for (let seq = 1; seq <= 20; seq++) {
      tell(seq);
      await vi.advanceTimersByTimeAsync(260);
    }
    expect(feed.size).toBe(1);
    await vi.advanceTimersByTimeAsync(61_000);
    expect([feed.size, hungUp]).toEqual([0, 1]);
  });

  test('forgets a client that leaves', async () => {
    const client = listen();
    expect(feed.size).toBe(1);
    await client.reader.cancel();
    expect(feed.size).toBe(0);
    tell(1);
    await vi.advanceTimersByTimeAsync(300);
  });

  test('names no session where there are too many, and bounds what it folds', async () => {
    const client = listen();
    tell(
      1,
      Array.from({ length: 5000 }, (_, index) => `s${index}`),
    );
    await settle();
    expect(client.frames.at(-1)?.data).toMatchObject({ inserted: 1, sessions: [] });
    const one = { seq: 1, at: '', inserted: 1, changed: 0, sessions: ['a'] };
    expect(foldChanges({ ...one, sessions: [] }, one).sessions).toEqual([]);
    expect(foldChanges(one, { ...one, sessions: ['b'] }).sessions).toEqual(['a', 'b']);
  });

  test('tells how reading of history goes, and when it is done', async () => {
    const client = listen();
    house.ingest.progress_ = { filesDone: 1, filesTotal: 4, bytesDone: 10, bytesTotal: 100 };
    await vi.advanceTimersByTimeAsync(3000);
    const late = listen();
    house.ingest.progress_ = undefined;
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.frames.slice(1).map(({ event, data }) => [event, data.files_done, data.done])).toEqual([
      ['import', 1, false],
      ['import', null, true],
    ]);
    expect(late.frames[1]?.event).toBe('import');
  });

  test('tells that other settings hold, whoever changed them, until it is closed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-changes-'));
    const changing = fakeHouse('2026-11-18T15:00:00Z', {}, dataDir);
    feed.close();
    feed = new ChangeFeed(changing.ingest, changing.clock, changing);
    const client = listen();
    await changing.configure({ theme: 'dark' });
    await settle();
    expect(client.frames.map(({ event, data }) => [event, data.at])).toEqual([
      ['hello', '2026-11-18T15:00:00.000Z'],
      ['settings', '2026-11-18T15:00:00.000Z'],
    ]);
    rmSync(dataDir, { recursive: true });
  });

  test('ends all streams when closed, listens no more, and takes nobody in', async () => {
    const client = listen();
    feed.close();
    await settle();
    expect(client.isEnded()).toBe(true);
    expect(house.ingest.listeners).toBe(0);
    expect(feed.hasRoom).toBe(false);
  });

  test('takes in a bounded number of clients', async () => {
    const app = createApp(house, { changes: feed });
    for (let index = 0; index < 256; index++) feed.connect(undefined);
    const response = await app.request('/api/changes');
    expect(response.status).toBe(503);
  });

  test('is an event stream that no cache and no proxy holds back', async () => {
    const response = await createApp(house, { changes: feed }).request('/api/changes');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const head = await createApp(house, { changes: feed }).request('/api/changes', { method: 'HEAD' });
    expect(head.headers.get('content-type')).toContain('text/event-stream');
    expect(feed.size).toBe(1);
  });
});

async function readAll(stream: ReadableStream<Uint8Array>, chunks: number): Promise<Uint8Array[]> {
  const reader = stream.getReader();
  const read: Uint8Array[] = [];
  while (read.length < chunks) {
    const { value, done } = await reader.read();
    if (done) break;
    read.push(value);
  }
  return read;
}
