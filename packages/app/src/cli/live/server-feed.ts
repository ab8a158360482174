/**
 * The live stream of a running server: frames as they come, and again after it was cut, since each begins with all that
 * is known. It refuses to give up before it is told to; who listens hears since when it is cut off.
 */
import type { StreamFrame } from './board.ts';
import { sseReader } from './sse.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface ServerFeed {
  readonly url: string;
  /** `/api/live`, `/api/runs/ID/live`. */
  readonly path: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  readonly onFrame: (frame: StreamFrame) => void;
  /** The stream was cut, or could not be opened. */
  readonly onLost: (reason: string) => void;
}

/** Resolves when told to end, or when the server says that there is no such thing (false). */
export async function followServer(feed: ServerFeed): Promise<boolean> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!feed.signal.aborted) {
    try {
      const response = await ask(feed);
      if (response.status === 404) return false;
      if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
      pauseMs = FIRST_PAUSE_MS;
      await readAll(response.body, feed.onFrame);
      if (!feed.signal.aborted) feed.onLost('the server closed the stream');
    } catch (error) {
      if (feed.signal.aborted) break;
      feed.onLost(error instanceof Error ? error.message : String(error));
    }
    await pause(pauseMs, feed.signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
  return true;
}

/** Headers that every request to our server carries. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function ask({ url, path, token, signal }: ServerFeed): Promise<Response> {
  return fetch(new URL(path, url), { headers: { accept: 'text/event-stream', ...authorization(token) }, signal });
}

async function readAll(body: ReadableStream<Uint8Array>, onFrame: (frame: StreamFrame) => void): Promise<void> {
  const decoder = new TextDecoder();
  const read = sseReader(onFrame);
  for await (const chunk of body) read(decoder.decode(chunk, { stream: true }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
