/**
 * What Codex's tools are, by their names. It refuses to guess: a name it does not know is `other`.
 */
import type { ToolKind } from '../../event.ts';

const NAMES: Readonly<Record<Exclude<ToolKind, `mcp:${string}` | 'other'>, string>> = {
  shell: 'shell exec_command exec local_shell shell_command container.exec unified_exec write_stdin js_repl user_shell',
  edit: 'apply_patch',
  write: 'write_file',
  read: 'view_image read_file list_dir read_mcp_resource list_mcp_resources list_mcp_resource_templates',
  search: 'grep_files tool_search',
  web: 'web_search',
  task: 'spawn_agent spawn_agents_on_csv report_agent_job_result send_input send_message assign_task followup_task wait wait_agent list_agents close_agent resume_agent interrupt_agent',
  plan: 'update_plan create_goal update_goal get_goal',
};

const KINDS: ReadonlyMap<string, ToolKind> = new Map(
  Object.entries(NAMES).flatMap(
    ([kind, names]) => names.split(' ').map((name) => [name, kind as ToolKind] as const), // as -- the keys above are tool kinds
  ),
);

/** `mcp__server__tool` is `mcp:server`; else by the table. */
export function codexToolKind(name: string): ToolKind {
  const server = /^mcp__(.+?)__/.exec(name)?.[1];
  return server ? `mcp:${server}` : (KINDS.get(name) ?? 'other');
}

/** A function's full name: newer versions write the server of an MCP tool apart, as its namespace. */
export function fullName(name: string, namespace: string): string {
  if (!namespace.startsWith('mcp__') || name.startsWith('mcp__')) return name;
  return `${namespace.replace(/_+$/, '')}__${name.replace(/^_+/, '')}`;
}
