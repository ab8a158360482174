import { expect, test } from 'vitest';
import { toolKind } from './tool-kind.ts';

test('toolKind() knows the program’s own tools and the server of an MCP tool', () => {
  expect(
    ['Bash', 'Read', 'MultiEdit', 'Write', 'Grep', 'WebSearch', 'Agent', 'TodoWrite', 'Skill'].map(toolKind),
  ).toEqual(['shell', 'read', 'edit', 'write', 'search', 'web', 'task', 'plan', 'other']);
  expect(toolKind('mcp__claude_ai_Linear__get_issue')).toBe('mcp:claude_ai_Linear');
  expect(toolKind('mcp__alone')).toBe('mcp:alone');
  expect(['mcp__', 'toString', ''].map(toolKind)).toEqual(['other', 'other', 'other']);
});
