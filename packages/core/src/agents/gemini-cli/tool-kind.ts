/** What kind of work each of Gemini CLI's tools does. It refuses to guess: `other`. */
import type { ToolKind } from '../../event.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  run_shell_command: 'shell',
  list_background_processes: 'shell',
  read_background_output: 'shell',
  read_file: 'read',
  read_many_files: 'read',
  read_mcp_resource: 'read',
  list_mcp_resources: 'read',
  replace: 'edit',
  write_file: 'write',
  glob: 'search',
  grep_search: 'search',
  search_file_content: 'search',
  list_directory: 'search',
  google_web_search: 'web',
  web_fetch: 'web',
  codebase_investigator: 'task',
  cli_help: 'task',
  delegate_to_agent: 'task',
  generalist: 'task',
  invoke_agent: 'task',
  write_todos: 'plan',
  enter_plan_mode: 'plan',
  exit_plan_mode: 'plan',
  update_topic: 'plan',
};

/** `mcp_server_tool` (and `mcp__server__tool`) is `mcp:server`; of a server with underscores, the first part is told. */
export function geminiToolKind(name: string): ToolKind {
  const server = /^mcp__(.+?)__/.exec(name)?.[1] ?? /^mcp_([^_]+)_/.exec(name)?.[1];
  if (server) return `mcp:${server}`;
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}
