/** What the person at the terminal has chosen: which run, which order, what is open, what is being asked. Nothing of the runs themselves. */

export type SortKey = 'cost' | 'tokens' | 'context' | 'age' | 'name';
export type Asking =
  | { readonly what: 'nothing' }
  | { readonly what: 'sort' }
  | { readonly what: 'filter' }
  | { readonly what: 'help' }
  | { readonly what: 'stop'; readonly runId: string };

export interface TopState {
  /** A run or a thread: `RUN` or `RUN/THREAD`. It stays selected when the order changes. */
  readonly selected: string | undefined;
  readonly collapsed: ReadonlySet<string>;
  readonly sort: SortKey;
  readonly isReversed: boolean;
  readonly filter: string;
  readonly asking: Asking;
  /** The calls of the selected run fill the list. */
  readonly isDetail: boolean;
  readonly unit: 'cost' | 'tokens';
  readonly period: 'day' | 'month';
  readonly isPaused: boolean;
  /** One line about what was just done, '' none. */
  readonly note: string;
}

export const FIRST_STATE: TopState = {
  selected: undefined,
  collapsed: new Set(),
  sort: 'cost',
  isReversed: false,
  filter: '',
  asking: { what: 'nothing' },
  isDetail: false,
  unit: 'cost',
  period: 'day',
  isPaused: false,
  note: '',
};
