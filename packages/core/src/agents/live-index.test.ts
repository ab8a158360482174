import { expect, test } from 'vitest';
import { livePorts } from './live-index.ts';

test('six agents are followed while they run, each surface once and each saying what it cannot tell', () => {
  const names = livePorts.map(({ agent, surface }) => `${agent}/${surface}`);
  expect(new Set(names).size).toBe(names.length);
  expect([...new Set(livePorts.map(({ agent }) => agent))].toSorted()).toEqual([
    'claude-code',
    'codex',
    'copilot-cli',
    'cursor',
    'gemini-cli',
    'opencode',
  ]);
  expect(livePorts.every(({ capabilities }) => capabilities.cannot.length > 0)).toBe(true);
});
