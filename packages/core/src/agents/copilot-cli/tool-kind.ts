/** What kind of work each of Copilot CLI's tools does. It refuses to guess: `other`. */
import type { ToolKind } from '../../event.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  bash: 'shell',
  powershell: 'shell',
  read_bash: 'shell',
  write_bash: 'shell',
  stop_bash: 'shell',
  list_bash: 'shell',
  read_powershell: 'shell',
  write_powershell: 'shell',
  stop_powershell: 'shell',
  view: 'read',
  fetch_copilot_cli_documentation: 'read',
  edit: 'edit',
  str_replace: 'edit',
  str_replace_editor: 'edit',
  apply_patch: 'edit',
  create: 'write',
  grep: 'search',
  rg: 'search',
  glob: 'search',
  tool_search: 'search',
  web_fetch: 'web',
  web_search: 'web',
  task: 'task',
  read_agent: 'task',
  list_agents: 'task',
  write_agent: 'task',
  skill: 'other',
  update_todo: 'plan',
  sql: 'plan',
  report_intent: 'plan',
  exit_plan_mode: 'plan',
};

/** `server` is the MCP server the event names, '' where it names none. */
export function copilotToolKind(name: string, server: string): ToolKind {
  if (server !== '') return `mcp:${server}`;
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}
