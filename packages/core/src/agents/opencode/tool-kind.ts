/** What kind of work each of OpenCode's tools does. It refuses to guess: `other`. */
import type { ToolKind } from '../../event.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  bash: 'shell',
  shell: 'shell',
  read: 'read',
  edit: 'edit',
  multiedit: 'edit',
  patch: 'edit',
  apply_patch: 'edit',
  write: 'write',
  glob: 'search',
  grep: 'search',
  list: 'search',
  codesearch: 'search',
  lsp: 'search',
  webfetch: 'web',
  websearch: 'web',
  task: 'task',
  todowrite: 'plan',
  todoread: 'plan',
  plan_enter: 'plan',
  plan_exit: 'plan',
};

/** Tools of MCP servers are spelled `server_tool`, like nothing else; without a list of servers they stay `other`. */
export function openCodeToolKind(name: string): ToolKind {
  const server = /^mcp__(.+?)__/.exec(name)?.[1];
  if (server) return `mcp:${server}`;
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}
