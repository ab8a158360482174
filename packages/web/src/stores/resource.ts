/**
 * One answer of the server, held as a signal: what it is, for which question, how old, and what went wrong last. Asking
 * anew keeps the old answer until the new one is there; a later question makes an earlier one forget its answer.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiFailure } from '../api.ts';

export interface Held<T> {
  /** Question that `data` answers. */
  readonly key: string | undefined;
  readonly data: T | undefined;
  /** UTC ms at which `data` came; undefined before the first answer. */
  readonly at: number | undefined;
  /** Question under way; undefined when none is. */
  readonly asking: string | undefined;
  /** Failure of the latest question, until one succeeds. */
  readonly failure: ApiFailure | undefined;
  /** The question that failed. */
  readonly failedKey: string | undefined;
}

export interface Resource<T> {
  readonly state: ReadonlySignal<Held<T>>;
  /** Asks unless this very question is under way or answered since the ledger moved; `force` asks in any case. */
  load(key: string, ask: (signal: AbortSignal) => Promise<T>, force?: boolean): Promise<void>;
  /** Replaces what is held, after a change that answered with the new state. */
  put(data: T): void;
}

const NOTHING = {
  key: undefined,
  data: undefined,
  at: undefined,
  asking: undefined,
  failure: undefined,
  failedKey: undefined,
};

/** Counts the moves of the ledger: an answer from before the latest one is shown, but asked anew when it is wanted. */
let moves = 0;

export function outdate(): void {
  moves++;
}

export function resource<T>(): Resource<T> {
  const state = signal<Held<T>>(NOTHING);
  let current: AbortController | undefined;
  /** How far the ledger was when `data` was asked for. */
  let movesAtAnswer = 0;
  return {
    state,
    async load(key, ask, force = false) {
      const { key: held, asking, failure } = state.value;
      const isAnswered = held === key && asking === undefined && failure === undefined && movesAtAnswer === moves;
      if (!force && (asking === key || isAnswered)) return;
      current?.abort();
      const mine = new AbortController();
      current = mine;
      state.value = { ...state.value, asking: key };
      const movesAtAsking = moves;
      try {
        const data = await ask(mine.signal);
        if (current !== mine) return;
        movesAtAnswer = movesAtAsking;
        state.value = { ...NOTHING, key, data, at: Date.now() };
      } catch (error) {
        if (current !== mine) return;
        const failure =
          error instanceof ApiFailure
            ? error
            : new ApiFailure('http', 'The answer made no sense.', { code: 'bad-answer' });
        if (!(error instanceof ApiFailure)) console.error(error);
        state.value = { ...state.value, asking: undefined, failure, failedKey: key };
      }
    },
    put(data) {
      current?.abort();
      current = undefined;
      movesAtAnswer = moves;
      state.value = { ...NOTHING, key: state.value.key, data, at: Date.now() };
    },
  };
}
