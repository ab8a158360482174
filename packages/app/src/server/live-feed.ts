/**
 * The stream of runs in progress: a snapshot first, then what the hub tells. A client that comes back gets the snapshot
 * and what it missed of each run as one frame, so that sums of deltas stay right; one that is slow gets the same.
 */
import type { Clock, WireBuckets, WireLiveCalls, WireUsageDelta } from '@tokenmeter/core';
import { wireInstant } from '@tokenmeter/core';
import type { Hub, LiveFrame } from '../live/port.ts';
import { Broadcast, type Told } from './broadcast.ts';

const CLIENTS = 1_000;
const REMEMBERED = 256;
const CALLS_TOLD = 40;

export class LiveFeed {
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #broadcast: Broadcast;
  readonly #unsubscribe: () => void;
  #seq = 0;
  /** The snapshot as it was at a seq: a thousand clients that come back at once must not each have it made. */
  #snapshot: { readonly seq: number; readonly atMs: number; readonly bytes: Uint8Array } | undefined;

  constructor(hub: Hub, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
    this.#broadcast = new Broadcast({
      epoch: clock.now().toString(36),
      clients: CLIENTS,
      remembered: REMEMBERED,
      fold: foldFrames,
    });
    this.#unsubscribe = hub.subscribe((frame) => this.#broadcast.send(toldOf(frame, ++this.#seq)));
  }

  get size(): number {
    return this.#broadcast.size;
  }

  get hasRoom(): boolean {
    return this.#broadcast.hasRoom;
  }

  /** The stream of all runs, or of one; of one, undefined where it is not in progress. */
  connect(
    lastEventId: string | undefined,
    runId?: string,
    hangUp?: () => void,
  ): ReadableStream<Uint8Array> | undefined {
    if (runId !== undefined && !this.#hub.liveRun(runId)) return undefined;
    const wants = runId === undefined ? undefined : (frame: Told) => frame.key.endsWith(`:${runId}`);
    const join = () => ({
      wants,
      greeting: [
        this.#broadcast.retry(),
        runId === undefined ? this.#all() : this.#one(runId),
        ...(this.#broadcast.since(lastEventId, wants) ?? []).map((frame) => this.#broadcast.encode(frame)),
      ],
    });
    return this.#broadcast.connect(join, hangUp);
  }

  close(): void {
    this.#unsubscribe();
    this.#broadcast.close();
  }

  #all(): Uint8Array {
    const now = this.#clock.now();
    const known = this.#snapshot;
    if (known?.seq === this.#seq && known.atMs === now) return known.bytes;
    const bytes = this.#broadcast.encode({ event: 'usage_snapshot', data: this.#hub.now(), seq: this.#seq });
    this.#snapshot = { seq: this.#seq, atMs: now, bytes };
    return bytes;
  }

  #one(runId: string): Uint8Array {
    const run = this.#hub.liveRun(runId);
    const data = { at: wireInstant(this.#clock.now()), runs: run ? [run] : [] };
    return this.#broadcast.encode({ event: 'usage_snapshot', data, seq: this.#seq });
  }
}

function toldOf({ event, data }: LiveFrame, seq: number): Told {
  switch (event) {
    case 'usage_delta':
      return { event, data, seq, key: `usage_delta:${data.run_id}` };
    case 'usage_settled':
      return { event, data, seq, key: `usage_settled:${data.run.run_id}` };
    default:
      return { event, data, seq, key: event };
  }
}

/** Sums of what was withheld, with the later absolute values. */
function foldFrames(earlier: Told, later: Told): Told {
  if (later.event === 'usage_delta') {
    const [first, last] = [earlier.data, later.data] as [WireUsageDelta, WireUsageDelta]; // -- frames of one key are of one event
    return { ...later, data: { ...last, delta: addDeltas(first.delta, last.delta), ...commonNames(first, last) } };
  }
  if (later.event === 'calls') {
    const [first, last] = [earlier.data, later.data] as [WireLiveCalls, WireLiveCalls]; // -- frames of one key are of one event
    return { ...later, data: { calls: [...last.calls, ...first.calls].slice(0, CALLS_TOLD) } };
  }
  return later;
}

function addDeltas(a: WireUsageDelta['delta'], b: WireUsageDelta['delta']): WireUsageDelta['delta'] {
  const sum = (name: Exclude<keyof WireBuckets, 'reasoning'>) => a[name] + b[name];
  return {
    input: sum('input'),
    cache_read: sum('cache_read'),
    cache_write_5m: sum('cache_write_5m'),
    cache_write_1h: sum('cache_write_1h'),
    output: sum('output'),
    reasoning: a.reasoning === null && b.reasoning === null ? null : (a.reasoning ?? 0) + (b.reasoning ?? 0),
    tokens: sum('tokens'),
    delta_input: a.delta_input + b.delta_input,
    delta_output: a.delta_output + b.delta_output,
    delta_cache_read: a.delta_cache_read + b.delta_cache_read,
    delta_cache_creation: a.delta_cache_creation + b.delta_cache_creation,
  };
}

function commonNames(a: WireUsageDelta, b: WireUsageDelta): Partial<WireUsageDelta> {
  const same = <T>(x: T, y: T) => (x === y ? x : null);
  return {
    kind: b.kind === 'live' ? a.kind : b.kind,
    certainty: a.certainty === b.certainty ? a.certainty : 'estimated',
    call_id: same(a.call_id, b.call_id),
    thread_id: same(a.thread_id, b.thread_id),
    model: same(a.model, b.model),
  };
}
