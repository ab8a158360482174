/**
 * What a live view knows: the last word on every run, the feed, the strip, and since when it is cut off. Frames carry
 * absolute values, so a lost one heals itself; one that is older than what is known is left out.
 */
import type { WireLiveCall, WireLiveNow, WireLiveRun, WireLiveStrip, WireUsageDelta } from '@tokenmeter/core';

/** What a stream says, from the server or from a hub in this process. */
export type LiveFrame =
  | { readonly type: 'usage_snapshot'; readonly data: Pick<WireLiveNow, 'at' | 'runs'> & Partial<WireLiveNow> }
  | { readonly type: 'usage_delta'; readonly data: WireUsageDelta }
  | { readonly type: 'calls'; readonly data: { readonly calls: readonly WireLiveCall[] } }
  | { readonly type: 'strip'; readonly data: WireLiveStrip }
  | { readonly type: 'usage_settled'; readonly data: { readonly run: WireLiveRun } };

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

  take(frame: LiveFrame): void {
    this.#offlineSince = undefined;
    if (frame.type === 'usage_snapshot') {
      this.#runs.clear();
      for (const run of frame.data.runs) this.#runs.set(run.run_id, run);
      this.#calls = frame.data.calls ?? this.#calls;
      this.#strip = frame.data.strip ?? this.#strip;
      this.#isDemo = frame.data.is_demo ?? this.#isDemo;
    } else if (frame.type === 'calls') {
      this.#calls = [...frame.data.calls, ...this.#calls].slice(0, KEPT_CALLS);
    } else if (frame.type === 'strip') this.#strip = frame.data;
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
