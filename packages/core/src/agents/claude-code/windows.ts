/**
 * How large a window the client gives a model: as its results tell, and before the first of them as it is known to do.
 * A call that has more in it than was thought proves the thought wrong.
 */
import { type Json, objectOf } from '../json.ts';

/**
 * Models that could have more, and get this unless their name asks for it (`[1m]`): as clients from 2.1 on tell in
 * `modelUsage.contextWindow` of their results.
 */
const GIVEN: Readonly<Record<string, number>> = { 'claude-opus-4-6': 200_000, 'claude-sonnet-4-6': 200_000 };
const MOST = 100;

export class Windows {
  readonly #told = new Map<string, number>();
  /** Models whose names asked for a certain window. */
  readonly #asked = new Map<string, number>();

  constructor(state: unknown) {
    for (const [model, window] of Object.entries(objectOf(state) ?? {}))
      if (typeof window === 'number' && window > 0) this.#told.set(model, window);
  }

  state(): Json {
    return Object.fromEntries(this.#told);
  }

  /** The model that a run begins with, by the name that it was asked for. */
  begin(name: string): void {
    const asked = /\[(\d+)m\]$/i.exec(name)?.[1];
    if (asked !== undefined) this.#keep(this.#asked, plainName(name), Number(asked) * 1_000_000);
  }

  /** What a result says. */
  learn(result: Json): void {
    for (const [name, value] of Object.entries(objectOf(result.modelUsage) ?? {})) {
      const window = objectOf(value)?.contextWindow;
      if (typeof window === 'number' && Number.isSafeInteger(window) && window > 0)
        this.#keep(this.#told, plainName(name), window);
    }
  }

  /** Tokens that a model's window holds, with so many in it; undefined where nobody said. */
  of(model: string, used = 0): number | undefined {
    const window = this.#told.get(model) ?? this.#asked.get(model) ?? GIVEN[model];
    return window !== undefined && used <= window ? window : undefined;
  }

  #keep(windows: Map<string, number>, model: string, window: number): void {
    if (windows.size < MOST || windows.has(model)) windows.set(model, window);
  }
}

/** Without the window's size, which is a part of the name in totals and not in calls. */
function plainName(name: string): string {
  return name.replace(/\[[^\]]*\]$/, '');
}
