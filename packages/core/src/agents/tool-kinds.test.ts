import { expect, test } from 'vitest';
import { copilotToolKind } from './copilot-cli/tool-kind.ts';
import { cursorToolKind } from './cursor/tool-kind.ts';
import { geminiToolKind } from './gemini-cli/tool-kind.ts';
import { openCodeToolKind } from './opencode/tool-kind.ts';

test('tools of each agent have a kind by their names, and what is not known is other', () => {
  expect([geminiToolKind('run_shell_command'), geminiToolKind('replace'), geminiToolKind('google_web_search')]).toEqual(
    ['shell', 'edit', 'web'],
  );
  expect([openCodeToolKind('bash'), openCodeToolKind('todowrite'), openCodeToolKind('task')]).toEqual([
    'shell',
    'plan',
    'task',
  ]);
  expect([copilotToolKind('view', ''), copilotToolKind('create', ''), copilotToolKind('task', '')]).toEqual([
    'read',
    'write',
    'task',
  ]);
  expect([cursorToolKind('grep', ''), cursorToolKind('delete', ''), cursorToolKind('write', '')]).toEqual([
    'search',
    'edit',
    'write',
  ]);
  for (const kind of [
    geminiToolKind,
    openCodeToolKind,
    (name: string) => copilotToolKind(name, ''),
    (name: string) => cursorToolKind(name, ''),
  ])
    expect([kind('never_heard_of'), kind('constructor'), kind('')]).toEqual(['other', 'other', 'other']);
});

test('tools of MCP servers are named after their server', () => {
  expect(geminiToolKind('mcp_github_search_issues')).toBe('mcp:github');
  expect(openCodeToolKind('mcp__github__search')).toBe('mcp:github');
  expect(copilotToolKind('search', 'github')).toBe('mcp:github');
  expect(cursorToolKind('mcp', 'github')).toBe('mcp:github');
});
