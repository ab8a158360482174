import { expect, test } from 'vitest';
import { liveRun, liveThread } from '../../../test/live-run.ts';
import { type Effect, press, selectedRow } from './keys.ts';
import { rowsOf } from './rows.ts';
import { FIRST_STATE, type TopState } from './state.ts';

const cost = (usd: string) => ({ cost_usd: usd, cost_complete: true, unpriced_tokens: 0 });
const RUNS = [
  liveRun({ run_id: 'cheap', title: 'Alpha', spend: cost('1.000000000') }),
  liveRun({
    run_id: 'dear',
    title: 'Beta',
    spend: cost('10.000000000'),
    threads: [liveThread({ thread_id: 'dear:sub', parent_thread_id: 'dear' })],
  }),
  liveRun({
    run_id: 'seen',
    title: 'Gamma',
    spend: cost('5.000000000'),
    interrupt: { kind: 'none', reason: 'Only watched', requested_at: null, forced: false, stop_ms: null },
  }),
];

function type(keys: readonly string[], from: TopState = FIRST_STATE) {
  let state = from;
  const effects: Effect[] = [];
  for (const key of keys) {
    const result = press(key, state, rowsOf(RUNS, state), 10);
    state = result.state;
    if (result.effect) effects.push(result.effect);
  }
  return { state, effects, selected: selectedRow(rowsOf(RUNS, state), state)?.key };
}

test('press() moves over runs and sub-agents and stops at the ends', () => {
  expect(type([]).selected).toBe('dear');
  expect(type(['down']).selected).toBe('dear/dear:sub');
  expect(type(['j', 'j', 'j', 'j', 'j']).selected).toBe('cheap');
  expect(type(['end', 'up', 'home', 'up']).selected).toBe('dear');
});

test('the selection follows the run when the order changes', () => {
  const { state } = type(['end']);
  expect(type(['s', 'n'], state).selected).toBe('cheap');
  expect(rowsOf(RUNS, type(['s', 'n'], state).state).map(({ run }) => run.run_id)[0]).toBe('cheap');
  expect(type(['S'], state).selected).toBe('cheap');
});

test('x asks, Enter stops, anything else does not', () => {
  expect(type(['x', 'enter']).effects).toEqual([{ do: 'stop', runId: 'dear' }]);
  expect(type(['x', 'y']).effects).toEqual([{ do: 'stop', runId: 'dear' }]);
  expect(type(['x', 'escape']).effects).toEqual([]);
  expect(type(['x', 'n', 'enter']).effects).toEqual([]);
  expect(type(['down', 'x', 'enter']).effects).toEqual([{ do: 'stop', runId: 'dear' }]);
});

test('what cannot be stopped says why instead of asking', () => {
  const { state, effects } = type(['s', 'n', 'end', 'x', 'enter']);
  expect(effects).toEqual([]);
  expect(type(['s', 'n', 'end', 'x']).state.note).toBe('Only watched');
  expect(state.asking.what).toBe('nothing');
});

test('a filter is typed until Enter; Escape clears it, and q is a letter there', () => {
  const { state, effects } = type(['/', 'q', 'a', 'backspace', 'enter']);
  expect([state.filter, state.asking.what, effects]).toEqual(['q', 'nothing', []]);
  expect(rowsOf(RUNS, type(['/', 'a', 'l', 'p', 'h']).state).map(({ key }) => key)).toEqual(['cheap']);
  expect(type(['/', 'a', 'escape']).state.filter).toBe('');
});

test('trees close and open; the selection moves up to the run', () => {
  expect(rowsOf(RUNS, type(['down', 'left']).state)).toHaveLength(3);
  expect(type(['down', 'left']).selected).toBe('dear');
  expect(rowsOf(RUNS, type(['left', 'right']).state)).toHaveLength(4);
  expect(rowsOf(RUNS, type(['space']).state)).toHaveLength(3);
});

test('q and Ctrl+C end it, from any question', () => {
  expect(type(['q']).effects).toEqual([{ do: 'quit' }]);
  expect(type(['x', 'ctrl-c']).effects).toEqual([{ do: 'quit' }]);
  expect(type(['/', 'ctrl-c']).effects).toEqual([{ do: 'quit' }]);
});
