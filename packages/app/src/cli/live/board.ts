/**
 * What a live view knows: the last word on every run, the feed, the strip, and since when it is cut off. Frames carry
 * absolute values, so a lost one heals itself; one that is older than what is known is left out.
 */
import type { WireLiveCall, WireLiveNow, WireLiveRun, WireLiveStrip } from '@tokenmeter/core';
import type { LiveFrame } from '../../live/port.ts';

/** What a stream says: the hub's frames, and all that is known at its start. */
export type StreamFrame =
  | LiveFrame
  | {
      readonly event: 'usage_snapshot';
      readonly data: Pick<WireLiveNow, 'at' | 'runs'> & Partial<WireLiveNow>;
    };

const KEPT_CALLS = 200;

export class Board {
  readonly #runs = new Map<string, WireLiveRun>();
  #calls: readonly WireLiveCall[] = [];
  #strip: WireLiveStrip | undefined;
  #offlineSince: number | undefined;
  #isDemo = false;

  get runs(): readonly WireLiveRun[] {
    return [...this.#runs.values()];
  }
  get calls(): readonly WireLiveCall[] {
    return this.#calls;
  }
  get strip(): WireLiveStrip | undefined {
    return this.#strip;
  }
  /** UTC ms; undefined while connected. */
  get offlineSince(): number | undefined {
    return this.#offlineSince;
  }
  get isDemo(): boolean {
    return this.#isDemo;
  }

  take(frame: StreamFrame): void {
    this.#offlineSince = undefined;
    if (frame.event === 'usage_snapshot') {
      this.#runs.clear();
      for (const run of frame.data.runs) this.#runs.set(run.run_id, run);
      this.#calls = frame.data.calls ?? this.#calls;
      this.#strip = frame.data.strip ?? this.#strip;
      this.#isDemo = frame.data.is_demo ?? this.#isDemo;
    } else if (frame.event === 'calls') {
      this.#calls = [...frame.data.calls, ...this.#calls].slice(0, KEPT_CALLS);
    } else if (frame.event === 'strip') this.#strip = frame.data;
    else this.#put(frame.data.run);
  }

  lost(at: number): void {
    this.#offlineSince ??= at;
  }

  #put(run: WireLiveRun): void {
    const known = this.#runs.get(run.run_id);
    if (known && known.seq > run.seq) return;
    this.#runs.set(run.run_id, run);
  }
}
