/**
 * Keeps the engine's heap small while a long history is read or attributed: what a batch holds dies with it, but the
 * engine, seeing much memory free, would let hundreds of megabytes of the dead pile up. Two of its settings may change
 * while it runs; they are put back at the end. It refuses to collect by itself.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Shorter histories leave nothing to pile up. */
const LEAST_BYTES = 64 << 20;
/** Room for the young: what a batch holds is far less, and dies there. */
const YOUNG_BYTES = 8_000_000;
/** How far the old may outgrow what lived through the last collection. */
const OLD_GROWS_PERCENT = 60;

export class SmallHeap {
  #isYoungBounded = false;

  /** Undefined where there is too little to read for it to matter. */
  static whileReading(bytes: number): SmallHeap | undefined {
    return bytes < LEAST_BYTES ? undefined : new SmallHeap();
  }

  static whileAttributing(): SmallHeap {
    return new SmallHeap();
  }

  private constructor() {
    setFlagsFromString(`--heap-growing-percent=${OLD_GROWS_PERCENT}`);
  }

  /** Between batches: once there is room enough for the young, it no longer doubles. */
  look(): void {
    if (this.#isYoungBounded) return;
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    if (!young || young.space_size < YOUNG_BYTES) return;
    this.#isYoungBounded = true;
    setFlagsFromString('--semi-space-growth-factor=1');
  }

  /** The engine's own ways again. */
  end(): void {
    setFlagsFromString('--heap-growing-percent=0');
    setFlagsFromString('--semi-space-growth-factor=2');
  }
}
