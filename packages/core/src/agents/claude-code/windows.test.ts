import { expect, test } from 'vitest';
import { Windows } from './windows.ts';

const told = (model: string, contextWindow: unknown) => ({ modelUsage: { [model]: { contextWindow } } });

test('before any result a window is what clients give the model, unless its name asks for more', () => {
  const windows = new Windows(undefined);
  expect(windows.of('claude-opus-4-6')).toBe(200_000);
  expect(windows.of('claude-haiku-4-5')).toBe(undefined);
  windows.begin('claude-sonnet-4-6[1m]');
  expect([windows.of('claude-sonnet-4-6'), windows.of('claude-opus-4-6')]).toEqual([1_000_000, 200_000]);
});

test('a result knows better, also for what goes on from stored state', () => {
  const windows = new Windows(undefined);
  windows.learn(told('claude-opus-4-6[1m]', 1_000_000));
  windows.learn(told('acme-coder', '200000'));
  expect(windows.of('claude-opus-4-6')).toBe(1_000_000);
  expect(windows.of('acme-coder')).toBe(undefined);
  expect(new Windows(windows.state()).of('claude-opus-4-6')).toBe(1_000_000);
});

test('a call with more in it than the window holds proves it wrong', () => {
  const windows = new Windows({ small: 100 });
  expect([windows.of('small', 100), windows.of('small', 101)]).toEqual([100, undefined]);
  expect(windows.of('claude-opus-4-6', 200_001)).toBe(undefined);
});
