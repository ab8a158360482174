import { expect, test } from 'vitest';
import { certaintyMark, certaintyWords, priceState, totalsMark } from './certainty.ts';
import { formatBytes, formatCount, formatPlural } from './count.ts';
import { capLevel, contextLevel, levelMark, levelWords } from './level.ts';
import { agentName, callerName, modelName, modelNames, projectName } from './names.ts';
import { ageTick, formatDuration, formatStopTime } from './time.ts';

test.each([
  [0, '0 ms'],
  [340, '340 ms'],
  [999.9, '999 ms'],
  [1_000, '1s'],
  [48_000, '48s'],
  [59_999, '59s'],
  [6 * 60_000, '6m'],
  [67 * 60_000, '1h 07m'],
  [24 * 3_600_000 - 1, '23h 59m'],
  [52 * 3_600_000, '2d 4h'],
  [-5, '0 ms'],
  [null, '—'],
])('formatDuration() prints %s ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('formatStopTime() keeps a decimal of seconds', () => {
  expect([340, 1_240, 59_940, 61_000].map(formatStopTime)).toEqual(['340 ms', '1.2 s', '59.9 s', '1m']);
});

test('ageTick() is a second under a minute, else a minute', () => {
  expect(ageTick(0, 59_999)).toBe(1_000);
  expect(ageTick(0, 60_000)).toBe(60_000);
});

test.each([
  ['claude-opus-4-6-20260101', 'Opus 4.6'],
  ['claude-haiku-4-5', 'Haiku 4.5'],
  ['claude-sonnet-4-20250514', 'Sonnet 4'],
  ['claude-3-5-sonnet-20241022', 'Sonnet 3.5'],
  ['claude-3-opus-latest', 'Opus 3'],
  ['gpt-5.3-codex', 'gpt-5.3-codex'],
  ['us.anthropic.claude-opus-4-6-v1:0', 'us.anthropic.claude-opus-4-6-v1:0'],
  ['gemini-3-flash-preview', 'gemini-3-flash-preview'],
  ['', 'Unknown model'],
])('modelName() says %s as %s', (model, name) => {
  expect(modelName(model)).toBe(name);
});

test('modelNames() keeps two models apart that would read the same', () => {
  const names = modelNames(['claude-opus-4-6', 'claude-opus-4-6-20260101', 'claude-haiku-4-5', 'claude-haiku-4-5']);
  expect([...names.values()]).toEqual(['claude-opus-4-6', 'claude-opus-4-6-20260101', 'Haiku 4.5']);
});

test('agentName() knows ids and aliases, and leaves the unknown as it is', () => {
  expect(['claude-code', 'claude', 'codex', 'opencode', 'mine', 'constructor', ''].map(agentName)).toEqual([
    'Claude Code',
    'Claude Code',
    'Codex',
    'OpenCode',
    'mine',
    'constructor',
    'Unknown agent',
  ]);
});

test('projectName() is the last part of the directory on any system', () => {
  expect(['/home/ana/code/ledger-api', 'C:\\work\\shop\\', '/', ''].map((directory) => projectName(directory))).toEqual(
    ['ledger-api', 'shop', '/', 'No project'],
  );
});

test('projectName() is the name of the repository where one is known', () => {
  expect(projectName('/tmp/worktree-7', 'git@example.com:team/ledger-api.git')).toBe('ledger-api');
  expect(projectName('/tmp/worktree-7', 'https://example.com/team/ledger-api')).toBe('ledger-api');
});

test('callerName() says why a call was made', () => {
  expect(['lead', 'subagent:explore', 'subagent:', 'system:compaction', ''].map(callerName)).toEqual([
    'Main agent',
    'explore',
    'Sub-agent',
    'compaction (system)',
    'Unknown caller',
  ]);
});

test('capLevel() steps strictly above each line, on the unrounded ratio', () => {
  expect([0, 0.7, 0.7001, 0.85, 0.8501, 0.95, 0.9501, 1.32].map((ratio) => capLevel(ratio))).toEqual([
    'ok',
    'ok',
    'watch',
    'watch',
    'near',
    'near',
    'critical',
    'critical',
  ]);
  expect([capLevel(0.6, 0.5), capLevel(0.75, 0.8), capLevel(0.9, 0.95)]).toEqual(['watch', 'ok', 'near']);
});

test('contextLevel() steps at 75 and 90, and never says near', () => {
  expect([0.7499, 0.75, 0.8999, 0.9, 1.2].map(contextLevel)).toEqual(['ok', 'watch', 'watch', 'critical', 'critical']);
});

test('every coloured level has a character and words beside the colour', () => {
  const levels = ['ok', 'watch', 'near', 'critical'] as const;
  expect(levels.map(levelMark)).toEqual(['', '!', '!', '!!']);
  expect(levels.map(levelWords)).toEqual(['Within threshold', 'Watch', 'Near threshold', 'Over 95%']);
});

test('certaintyMark() puts ~ before whatever is not exact, with its own words', () => {
  expect(['exact', 'at_least', 'estimated', 'reported'].map(certaintyMark)).toEqual(['', '~', '~', '~']);
  expect(certaintyWords('exact')).toBe('');
  expect(new Set(['at_least', 'estimated', 'reported'].map(certaintyWords)).size).toBe(3);
});

test('totalsMark() marks a sum only when the inexact part could show in three digits', () => {
  expect(totalsMark(0, 1_000_000)).toBe('');
  expect(totalsMark(499, 1_000_000)).toBe('');
  expect(totalsMark(500, 1_000_000)).toBe('~');
  expect(totalsMark(0, 0)).toBe('');
});

test('priceState() tells unknown from partial from complete', () => {
  expect([priceState(false, 10), priceState(true, 10), priceState(true, 0)]).toEqual([
    'unknown',
    'partial',
    'complete',
  ]);
});

test('counts and sizes read in plain words', () => {
  expect(formatCount(1_204)).toBe('1,204');
  expect([formatPlural(1, 'call'), formatPlural(1_204, 'call'), formatPlural(0, 'entry', 'entries')]).toEqual([
    '1 call',
    '1,204 calls',
    '0 entries',
  ]);
  expect([0, 842, 12_400, 999_600, 1_500_000_000].map(formatBytes)).toEqual([
    '0 B',
    '842 B',
    '12.4 kB',
    '1.00 MB',
    '1.50 GB',
  ]);
});
