/**
 * Where a live view gets its frames from and sends its wishes to: a running server, or a hub in this process. The views
 * know no difference. It refuses to start either.
 */
import { TokenmeterError } from '@tokenmeter/core';
import type { Hub } from '../../live/port.ts';
import type { StreamFrame } from './board.ts';
import { authorization, followServer } from './server-feed.ts';

export interface LiveSource {
  /** The dashboard's address, undefined without a server. */
  readonly url: string | undefined;
  /** Frames of all runs, or of one, until the signal. False: there is no such run. */
  follow(
    runId: string | undefined,
    signal: AbortSignal,
    onFrame: (frame: StreamFrame) => void,
    onLost: (reason: string) => void,
  ): Promise<boolean>;
  /** Asks for a run to be stopped. Throws where it cannot be, with the reason. */
  interrupt(runId: string): Promise<void>;
}

export function serverSource(url: string, token: string | undefined): LiveSource {
  return {
    url,
    follow: (runId, signal, onFrame, onLost) =>
      followServer({
        url,
        path: runId === undefined ? '/api/live' : `/api/runs/${encodeURIComponent(runId)}/live`,
        token,
        signal,
        onFrame,
        onLost,
      }),
    interrupt: async (runId) => {
      const response = await fetch(new URL(`/api/runs/${encodeURIComponent(runId)}/interrupt`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization(token) },
        body: '{}',
      });
      if (response.ok) return;
      const said = await faultOf(response);
      throw new TokenmeterError(response.status === 404 ? 'not-found' : 'bad-query', said);
    },
  };
}

/** Runs that this process sees itself, without a server: those whose logs grow, and what other commands keep. */
export function localSource(live: Hub, stopRun: (runId: string) => Promise<string | undefined>): LiveSource {
  return {
    url: undefined,
    follow: async (_, signal, onFrame) => {
      onFrame({ event: 'usage_snapshot', data: live.now() });
      const forget = live.subscribe(onFrame);
      await new Promise<void>((done) => {
        if (signal.aborted) done();
        else signal.addEventListener('abort', () => done());
      });
      forget();
      return true;
    },
    interrupt: async (runId) => {
      if ((await stopRun(runId)) !== undefined) return;
      const answer = await live.interrupt(runId);
      if (answer === undefined) throw new TokenmeterError('not-found', `Cannot find a run "${runId}"`);
      if (answer.state === 'refused') throw new TokenmeterError('bad-query', answer.reason);
    },
  };
}

async function faultOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error?: { message?: unknown } }; // -- checked in the next line
    if (typeof error?.message === 'string') return error.message;
  } catch {
    // Not our server's kind of answer.
  }
  return `Cannot stop it: the server answers ${response.status}`;
}
