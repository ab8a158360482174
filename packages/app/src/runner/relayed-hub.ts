/**
 * A hub whose runs a running server hears of too: it stores them and shows them, while this process folds them for its own
 * line and its own brake. Either may stop a run. Without a server it is the hub itself.
 */
import type { Socket } from 'node:net';
import type { Hub, OpenRun } from '../live/port.ts';
import { type Relay, relayRun } from './relay-client.ts';

export interface RelayOptions {
  /** A connection to the server that holds the data directory, undefined where there is none. */
  readonly connect: () => Promise<Socket | undefined>;
  /** The server went away while a run goes on. */
  readonly onLost: () => void;
}

type RunHub = Pick<Hub, 'open' | 'subscribe' | 'liveRun'>;

export function relayedHub(local: RunHub, { connect, onLost }: RelayOptions): RunHub {
  return {
    subscribe: (listener) => local.subscribe(listener),
    liveRun: (id) => local.liveRun(id),
    open: async (run, options) => {
      const socket = await connect();
      if (!socket) return local.open(run, options);
      let mine: OpenRun | undefined;
      const stop = { ...options, stop: (reason: Parameters<typeof options.stop>[0]) => mine?.requestStop(reason) };
      const relay = await relayRun(socket, run, stop, onLost);
      try {
        mine = await local.open(run, options);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        await relay.finish({ outcome: 'error', message, exitCode: null });
        throw error;
      }
      return both(mine, relay);
    },
  };
}

/** Ours decides what the run is; the server's hears the same. */
function both(mine: OpenRun, relay: Relay): OpenRun {
  return {
    id: mine.id,
    get run() {
      return mine.run;
    },
    apply: (event) => {
      mine.apply(event);
      relay.apply(event);
    },
    learn: (facts) => {
      mine.learn(facts);
      relay.learn(facts);
    },
    requestStop: (reason) => {
      mine.requestStop(reason);
      relay.requestStop(reason);
    },
    forced: () => {
      mine.forced();
      relay.forced();
    },
    finish: async (ending) => {
      await relay.finish(ending);
      return mine.finish(ending);
    },
  };
}
