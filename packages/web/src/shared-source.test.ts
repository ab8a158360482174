import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSource, type Source, type SourceCalls } from './shared-source.ts';

/** Stands for the browser's; locks and channels are the real ones of this process. */
class FakeStream extends EventTarget {
  static opened: FakeStream[] = [];
  onerror: (() => void) | undefined;
  isClosed = false;
  constructor() {
    super();
    FakeStream.opened.push(this);
  }
  close() {
    this.isClosed = true;
  }
  say(name: string, data: unknown) {
    if (!this.isClosed) this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

const tabs: Source[] = [];
let url = 0;

/** A tab, and what it heard. */
function openTab(more: Partial<SourceCalls> = {}) {
  const heard: string[] = [];
  const tab = openSource({
    url: `/stream/${url}`,
    hello: 'hello',
    names: ['change'],
    hear: (name, data) => heard.push(`${name} ${JSON.stringify(data) ?? ''}`.trim()),
    fail: () => heard.push('fail'),
    ...more,
  });
  tabs.push(tab);
  return { heard, close: () => tab.close() };
}

const opened = (count: number) => expect.poll(() => FakeStream.opened.length).toBe(count);
const stream = (at: number) => FakeStream.opened[at] ?? new FakeStream();
/** Time enough for what must not come. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 50));

beforeEach(() => {
  url++;
  FakeStream.opened = [];
  vi.stubGlobal('EventSource', FakeStream);
});
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('openSource()', () => {
  it('opens one stream for all tabs, and all hear what it says', async () => {
    const all = [openTab(), openTab(), openTab()];
    await opened(1);
    stream(0).say('hello', 1);
    stream(0).say('change', 2);
    for (const { heard } of all) await expect.poll(() => heard).toEqual(['hello 1', 'change 2']);
    expect(FakeStream.opened).toHaveLength(1);
  });

  it('lets the next tab take over when the one that holds it closes, and its hello begins anew', async () => {
    const [first, second, third] = [openTab(), openTab(), openTab()];
    await opened(1);
    stream(0).say('hello', 1);
    await expect.poll(() => third.heard).toEqual(['hello 1']);
    first.close();
    await opened(2);
    expect(stream(0).isClosed).toBe(true);
    stream(1).say('hello', 2);
    await expect.poll(() => third.heard).toEqual(['hello 1', 'hello 2']);
    expect(second.heard).toEqual(['hello 1', 'hello 2']);
    expect(first.heard).toEqual(['hello 1']);
  });

  it('greets a tab that comes late, and what came while it asked is told after the greeting, once', async () => {
    openTab();
    await opened(1);
    stream(0).say('hello', 1);
    stream(0).say('change', 'before');
    let answer = (_: unknown) => {};
    const late = openTab({
      greet: () =>
        new Promise((resolve) => {
          answer = resolve;
          stream(0).say('change', 'meanwhile');
        }),
    });
    await quiet();
    expect(late.heard).toEqual([]);
    answer('now');
    await expect.poll(() => late.heard).toEqual(['hello "now"', 'change "meanwhile"']);
    stream(0).say('change', 'after');
    await expect.poll(() => late.heard.at(-1)).toBe('change "after"');
    expect(late.heard).toHaveLength(3);
  });

  it('begins at once for a tab that comes late where the hello says nothing', async () => {
    openTab();
    await opened(1);
    stream(0).say('hello', 1);
    const late = openTab();
    await expect.poll(() => late.heard).toEqual(['hello']);
  });

  it('fails for a tab whose greeting fails, and for no other', async () => {
    const first = openTab();
    await opened(1);
    stream(0).say('hello', 1);
    const late = openTab({ greet: () => Promise.reject(new Error('nobody there')) });
    await expect.poll(() => late.heard).toEqual(['fail']);
    expect(first.heard).toEqual(['hello 1']);
  });

  it('fails for every tab when the stream ends, and gives the lock back', async () => {
    const all = [openTab(), openTab()];
    await opened(1);
    stream(0).say('hello', 1);
    await expect.poll(() => all[1]?.heard).toEqual(['hello 1']);
    stream(0).onerror?.();
    // Who is next in line may have tried already when it hears of it: then it fails with its own try.
    await expect.poll(() => all[0]?.heard).toEqual(['hello 1', 'fail']);
    await quiet();
    FakeStream.opened[1]?.onerror?.();
    await expect.poll(() => all[1]?.heard).toEqual(['hello 1', 'fail']);
    const again = openTab();
    await expect.poll(() => FakeStream.opened.at(-1)?.isClosed).toBe(false);
    FakeStream.opened.at(-1)?.say('hello', 2);
    await expect.poll(() => again.heard).toEqual(['hello 2']);
  });

  it('fails where no hello comes within eight seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const tab = openTab();
    while (FakeStream.opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(7_999);
    expect(tab.heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(tab.heard).toEqual(['fail']);
    expect(stream(0).isClosed).toBe(true);
  });

  it('gives each tab a stream of its own where a browser has no locks, or no channels', async () => {
    vi.stubGlobal('navigator', {});
    const pair = [openTab(), openTab()];
    expect(FakeStream.opened).toHaveLength(2);
    stream(1).say('hello', 1);
    expect(pair.map(({ heard }) => heard)).toEqual([[], ['hello 1']]);
    vi.unstubAllGlobals();
    vi.stubGlobal('EventSource', FakeStream);
    vi.stubGlobal('BroadcastChannel', undefined);
    openTab();
    expect(FakeStream.opened).toHaveLength(3);
  });

  it('has the stream to itself where locks are refused', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('SecurityError')) } });
    const tab = openTab();
    await opened(1);
    stream(0).say('hello', 1);
    expect(tab.heard).toEqual(['hello 1']);
  });
});
