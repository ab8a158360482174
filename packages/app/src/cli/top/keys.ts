/**
 * What a key does: the next state, and what the world is asked for. It refuses to act: stopping, copying and opening are
 * the command's.
 */
import type { Row } from './rows.ts';
import type { SortKey, TopState } from './state.ts';

export type Effect =
  | { readonly do: 'quit' }
  | { readonly do: 'stop'; readonly runId: string }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'open'; readonly runId: string };

export interface KeyResult {
  readonly state: TopState;
  readonly effect?: Effect;
}

const SORTS: Readonly<Record<string, SortKey>> = { c: 'cost', t: 'tokens', x: 'context', a: 'age', n: 'name' };
const NOTHING = { what: 'nothing' } as const;

/** `key` is a letter or a name: up, down, left, right, home, end, pageup, pagedown, enter, escape, space, backspace, ctrl-c. */
export function press(key: string, before: TopState, rows: readonly Row[], pageSize: number): KeyResult {
  const state: TopState = before.note === '' ? before : { ...before, note: '' };
  if (key === 'ctrl-c') return { state, effect: { do: 'quit' } };
  if (state.asking.what === 'filter') return { state: typeFilter(key, state) };
  if (state.asking.what === 'sort') {
    const sort = SORTS[key];
    return { state: { ...state, asking: NOTHING, ...(sort ? { sort, isReversed: false } : {}) } };
  }
  if (state.asking.what === 'help') return { state: { ...state, asking: NOTHING } };
  if (state.asking.what === 'stop') {
    const { runId } = state.asking;
    const isYes = key === 'enter' || key === 'y' || key === 'Y';
    const next = { ...state, asking: NOTHING };
    return isYes ? { state: next, effect: { do: 'stop', runId } } : { state: next };
  }
  return choose(key, state, rows, pageSize);
}

function choose(key: string, state: TopState, rows: readonly Row[], pageSize: number): KeyResult {
  const row = selectedRow(rows, state);
  const move = (by: number) => ({ state: moved(state, rows, by) });
  switch (key) {
    case 'q':
      return { state, effect: { do: 'quit' } };
    case 'up':
    case 'k':
      return move(-1);
    case 'down':
    case 'j':
      return move(1);
    case 'pageup':
      return move(-pageSize);
    case 'pagedown':
      return move(pageSize);
    case 'home':
      return move(-rows.length);
    case 'end':
      return move(rows.length);
    case 'right':
      return { state: row ? fold(state, row.run.run_id, false) : state };
    case 'left':
      return { state: row ? fold({ ...state, selected: row.run.run_id }, row.run.run_id, true) : state };
    case 'space':
      return { state: row ? fold(state, row.run.run_id, !state.collapsed.has(row.run.run_id)) : state };
    case 'enter':
      return { state: { ...state, isDetail: row !== undefined } };
    case 'escape':
      return { state: state.isDetail ? { ...state, isDetail: false } : { ...state, filter: '' } };
    case 'x':
      return { state: row ? askStop(state, row) : state };
    case 's':
      return { state: { ...state, asking: { what: 'sort' } } };
    case 'S':
      return { state: { ...state, isReversed: !state.isReversed } };
    case '/':
      return { state: { ...state, asking: { what: 'filter' } } };
    case '?':
      return { state: { ...state, asking: { what: 'help' } } };
    case '1':
      return { state: { ...state, period: 'day' } };
    case '3':
      return { state: { ...state, period: 'month' } };
    case 'b':
      return { state: { ...state, unit: state.unit === 'cost' ? 'tokens' : 'cost' } };
    case 'p':
      return { state: { ...state, isPaused: !state.isPaused } };
    case 'y':
      return row
        ? {
            state: { ...state, note: `Copied ${row.run.run_id}` },
            effect: { do: 'copy', text: row.run.run_id },
          }
        : { state };
    case 'o':
      return row ? { state, effect: { do: 'open', runId: row.run.run_id } } : { state };
    default:
      return { state };
  }
}

/** The row the selection stands on: itself, else its run, else the first. */
export function selectedRow(rows: readonly Row[], state: TopState): Row | undefined {
  const { selected } = state;
  return (
    rows.find((row) => row.key === selected) ?? rows.find((row) => row.key === selected?.split('/', 1)[0]) ?? rows[0]
  );
}

function moved(state: TopState, rows: readonly Row[], by: number): TopState {
  const row = selectedRow(rows, state);
  if (!row) return state;
  const index = Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + by));
  return { ...state, selected: rows[index]?.key };
}

function fold(state: TopState, runId: string, isCollapsed: boolean): TopState {
  const collapsed = new Set(state.collapsed);
  if (isCollapsed) collapsed.add(runId);
  else collapsed.delete(runId);
  return { ...state, collapsed };
}

function askStop(state: TopState, { run }: Row): TopState {
  if (run.ended_at !== null) return { ...state, note: 'It has ended' };
  if (run.interrupt.requested_at !== null) return { ...state, note: 'It is being stopped' };
  if (run.interrupt.kind === 'none')
    return { ...state, note: run.interrupt.reason ?? 'It cannot be stopped from here' };
  return { ...state, asking: { what: 'stop', runId: run.run_id } };
}

function typeFilter(key: string, state: TopState): TopState {
  if (key === 'enter') return { ...state, asking: NOTHING };
  if (key === 'escape') return { ...state, asking: NOTHING, filter: '' };
  if (key === 'backspace') return { ...state, filter: [...state.filter].slice(0, -1).join('') };
  if (key === 'space') return { ...state, filter: `${state.filter} ` };
  return [...key].length === 1 ? { ...state, filter: state.filter + key } : state;
}
