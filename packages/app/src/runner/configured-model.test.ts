import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configuredModel } from './configured-model.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configured-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string) => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const ask = (agent: string, env: Record<string, string> = {}) =>
  configuredModel(agent, { home: join(folder, 'home'), cwd: join(folder, 'work'), env });

test('Claude Code: its variable, then the settings of the project, then its own', () => {
  expect(ask('claude-code')).toBe('');
  write('home/.claude/settings.json', '{ "model": "opus", "permissions": {} }');
  expect(ask('claude-code')).toBe('opus');
  write('work/.claude/settings.json', '{ // ours\n "model": "claude-sonnet-4-6", }');
  expect(ask('claude-code')).toBe('claude-sonnet-4-6');
  expect(ask('claude-code', { ANTHROPIC_MODEL: 'haiku' })).toBe('haiku');
  write('elsewhere/settings.json', '{ "model": "claude-opus-5-5" }');
  rmSync(join(folder, 'work'), { recursive: true });
  expect(ask('claude-code', { CLAUDE_CONFIG_DIR: join(folder, 'elsewhere') })).toBe('claude-opus-5-5');
});

test('Codex: the model before the first table, not one of a profile', () => {
  write(
    'home/.codex/config.toml',
    '# mine\nmodel_provider = "openai"\nmodel = \'gpt-5.4\' # new\n\n[profiles.x]\nmodel = "o3"\n',
  );
  expect(ask('codex')).toBe('gpt-5.4');
  write('home/.codex/config.toml', '[profiles.x]\nmodel = "o3"\n');
  expect(ask('codex')).toBe('');
});

test('the others, and nothing of what is no text, no file and no settings', () => {
  write('home/.gemini/settings.json', '{ "model": { "name": "gemini-2.5-pro" } }');
  expect(ask('gemini-cli')).toBe('gemini-2.5-pro');
  write('work/opencode.json', '{ "model": "anthropic/claude-sonnet-4-5" }');
  expect(ask('opencode')).toBe('claude-sonnet-4-5');
  expect(ask('copilot-cli', { COPILOT_MODEL: 'gpt-5.4' })).toBe('gpt-5.4');
  write('home/.claude/settings.json', '{ "model": 7 }');
  expect(ask('claude-code')).toBe('');
  write('home/.claude/settings.json', 'not settings');
  expect(ask('claude-code')).toBe('');
  write('home/.claude/settings.json', `{ "model": "${'x'.repeat(500)}" }`);
  expect(ask('claude-code')).toBe('');
  expect(ask('cursor')).toBe('');
});
