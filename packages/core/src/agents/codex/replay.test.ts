import { describe, expect, test } from 'vitest';
import { readMeta } from './meta.ts';
import { newReplay, provenance, type Replay, seeTurn } from './replay.ts';

const T = Date.parse('2026-06-08T11:39:04.250Z');
const uuid7 = (at: number) => {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
};

function begin(id: string, payload: object = { forked_from_id: 'parent' }, startedAt = T) {
  const meta = readMeta({ id, timestamp: new Date(T).toISOString(), ...payload }, startedAt);
  if (!meta) throw new Error('no meta');
  const replay: Replay = newReplay(meta, startedAt);
  return {
    replay,
    task: (turnId: string, startedAtS: number | undefined, at: number) => seeTurn(replay, meta, turnId, startedAtS, at),
    turn: (turnId: string, at: number) => seeTurn(replay, meta, turnId, 'turn', at),
    whose: (at: number) => provenance(replay, meta, at),
  };
}

describe('provenance()', () => {
  test('a session without a parent is its own from the first record', () => {
    expect(begin('child', {}).whose(T - 1e9)).toBe('own');
  });

  test('a record stamped before the session was made is a copy', () => {
    expect(begin('child').whose(T - 1)).toBe('copy');
  });

  test('a burst at the beginning is a copy, a slow sequence without any sign is undecided', () => {
    const file = begin('child');
    expect(file.whose(T + 3)).toBe('copy');
    expect(file.whose(T + 700)).toBe('undecided');
    file.replay.counterAt = T + 700;
    expect(file.whose(T + 750)).toBe('copy');
    expect(file.whose(T + 60_000)).toBe('undecided');
  });

  test('a burst is one also where the file was begun long after the session was made', () => {
    expect(begin('child', { forked_from_id: 'p' }, T + 90_000).whose(T + 90_040)).toBe('copy');
  });

  test("a parent's head makes the first seconds a copy", () => {
    const file = begin('child');
    file.replay.hasParentHead = true;
    expect(file.whose(T + 4000)).toBe('copy');
    expect(file.whose(T + 6000)).toBe('undecided');
  });
});

describe('seeTurn()', () => {
  test('a task that started before the session marks a copy, however late it is stamped, until one that did not', () => {
    const file = begin('child');
    file.task('old', T / 1000 - 3600, T + 20_000);
    expect(file.whose(T + 20_500)).toBe('copy');
    file.task('new', Math.floor((T + 30_000) / 1000), T + 30_000);
    expect(file.whose(T + 30_500)).toBe('own');
  });

  test('a task of the very second of the making is its own', () => {
    const file = begin('child');
    file.task('first', Math.floor(T / 1000), T + 10);
    expect(file.whose(T + 20)).toBe('own');
  });

  test('ids with a time decide before anything else, for turns of a person too', () => {
    const file = begin(uuid7(T));
    file.task(uuid7(T - 500), Math.floor(T / 1000), T + 10);
    expect(file.whose(T + 10_000)).toBe('copy');
    file.turn(uuid7(T), T + 20);
    expect(file.whose(T + 10_000)).toBe('undecided');
    file.turn(uuid7(T + 400), T + 500);
    expect(file.whose(T + 600)).toBe('own');
  });

  test("an id whose time is not the session's is no clock", () => {
    const file = begin(uuid7(T - 86_400_000));
    file.turn(uuid7(T - 500), T + 10);
    expect(file.whose(T + 10_000)).toBe('copy');
  });

  test('a task without any time is its own after a pause, and says nothing without one', () => {
    const file = begin('child');
    file.task('', undefined, T + 3);
    expect(file.whose(T + 3)).toBe('copy');
    file.replay.recordAt = T + 7000;
    file.task('', undefined, T + 8000);
    expect(file.whose(T + 8000)).toBe('undecided');
    file.task('', undefined, T + 13_000);
    expect(file.whose(T + 13_000)).toBe('own');
  });
});
