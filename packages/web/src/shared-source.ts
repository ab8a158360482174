/**
 * One try at a stream of the server, shared by the tabs of a browser: HTTP/1.1 leaves them six connections for a server,
 * and tabs that hold one each leave none for questions. The tab that has the lock of the stream opens it and tells the
 * others what comes; when it goes, the next in line opens it anew, and the hello that begins it heals the gap. Without
 * locks and channels each tab opens its own. When to try again is not decided here.
 */
export interface SourceCalls {
  /** Path of the stream. */
  readonly url: string;
  /** The event that begins it. */
  readonly hello: string;
  /** The other events that are listened to. */
  readonly names: readonly string[];
  /** What the hello would say now, for a tab that joins a stream which began before it; without it, nothing. */
  readonly greet?: (() => Promise<unknown>) | undefined;
  /** The first that is heard is a hello. */
  hear(name: string, data: unknown): void;
  /** It did not open, or it ended; nothing more is heard. */
  fail(): void;
}

export interface Source {
  close(): void;
}

/** A stream that says nothing for this long before its hello is taken for a proxy that buffers. */
const OPEN_PATIENCE_MS = 8_000;

/** What tabs tell each other of a stream: who comes asks, whoever holds it answers that it is open. */
type Told =
  | { readonly what: 'join' | 'open' | 'fail' }
  | { readonly what: 'event'; readonly name: string; readonly data: unknown };

/** Opens the stream or joins it where another tab has it. */
export function openSource(calls: SourceCalls): Source {
  const isShared = typeof navigator !== 'undefined' && 'locks' in navigator && typeof BroadcastChannel !== 'undefined';
  return isShared ? openShared(calls, navigator.locks) : openOwn(calls);
}

function openShared(calls: SourceCalls, locks: LockManager): Source {
  const name = `tokenmeter ${calls.url}`;
  const channel = new BroadcastChannel(name);
  const turn = new AbortController();
  const patience = setTimeout(() => fail(), OPEN_PATIENCE_MS);
  /** The stream itself, where this tab holds it. */
  let own: Source | undefined;
  let isGreeted = false;
  /** What came while the greeting was asked for. */
  let held: { readonly name: string; readonly data: unknown }[] | undefined;
  let isOver = false;
  let giveBack = () => {};

  const tell = (told: Told) => channel.postMessage(told);
  const close = () => {
    isOver = true;
    clearTimeout(patience);
    own?.close();
    turn.abort();
    giveBack();
    channel.close();
  };
  const fail = () => {
    if (isOver) return;
    if (own) tell({ what: 'fail' });
    close();
    calls.fail();
  };
  const hear = (name: string, data: unknown) => {
    if (name === calls.hello) {
      isGreeted = true;
      clearTimeout(patience);
    }
    if (isGreeted) calls.hear(name, data);
    else held?.push({ name, data });
  };
  const join = async () => {
    held = [];
    try {
      const greeting = await calls.greet?.();
      if (isOver || isGreeted) return;
      hear(calls.hello, greeting);
      for (const { name, data } of held) hear(name, data);
    } catch {
      // Whoever got the stream meanwhile hears a hello of its own.
      if (!own && !isGreeted) fail();
    }
  };
  channel.onmessage = ({ data: told }: MessageEvent<Told>) => {
    if (isOver) return;
    if (own) {
      if (told.what === 'join' && isGreeted) tell({ what: 'open' });
    } else if (told.what === 'event') hear(told.name, told.data);
    else if (told.what === 'fail') fail();
    else if (told.what === 'open' && !isGreeted && !held) void join();
  };
  const openForAll = () => {
    clearTimeout(patience);
    own = openOwn({
      ...calls,
      hear: (name, data) => {
        tell({ what: 'event', name, data });
        hear(name, data);
      },
      fail,
    });
  };
  const hold = () => {
    if (isOver) return;
    openForAll();
    return new Promise<void>((resolve) => {
      giveBack = resolve;
    });
  };
  // Refused where a page may not lock: then it has the stream to itself.
  locks.request(name, { signal: turn.signal }, hold).catch(() => isOver || own || openForAll());
  tell({ what: 'join' });
  return { close };
}

function openOwn(calls: SourceCalls): Source {
  const source = new EventSource(calls.url);
  const close = () => {
    clearTimeout(patience);
    source.close();
  };
  const fail = () => {
    close();
    calls.fail();
  };
  const patience = setTimeout(fail, OPEN_PATIENCE_MS);
  for (const name of new Set([calls.hello, ...calls.names]))
    source.addEventListener(name, (event) => {
      if (name === calls.hello) clearTimeout(patience);
      calls.hear(name, readData(event));
    });
  source.onerror = fail;
  return { close };
}

function readData(event: Event): unknown {
  try {
    return event instanceof MessageEvent ? JSON.parse(event.data) : undefined;
  } catch {
    return undefined;
  }
}
