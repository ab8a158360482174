/** What kind of work each of this agent's tools does, by the names they have and have had. It refuses to guess: `other`. */
import type { ToolKind } from '../../event.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  Bash: 'shell',
  BashOutput: 'shell',
  KillBash: 'shell',
  KillShell: 'shell',
  Monitor: 'shell',
  PowerShell: 'shell',
  Read: 'read',
  NotebookRead: 'read',
  ListMcpResourcesTool: 'read',
  ReadMcpResourceTool: 'read',
  Edit: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Write: 'write',
  Grep: 'search',
  Glob: 'search',
  LS: 'search',
  LSP: 'search',
  ToolSearch: 'search',
  WebFetch: 'web',
  WebSearch: 'web',
  Task: 'task',
  Agent: 'task',
  TaskOutput: 'task',
  AgentOutputTool: 'task',
  TaskStop: 'task',
  SendMessage: 'task',
  ListAgents: 'task',
  Workflow: 'task',
  TodoRead: 'plan',
  TodoWrite: 'plan',
  EnterPlanMode: 'plan',
  ExitPlanMode: 'plan',
  exit_plan_mode: 'plan',
  TaskCreate: 'plan',
  TaskGet: 'plan',
  TaskList: 'plan',
  TaskUpdate: 'plan',
};

/** `mcp__server__tool` is `mcp:server`, whatever underscores the server's own name has. */
export function toolKind(name: string): ToolKind {
  if (name.startsWith('mcp__')) {
    const end = name.indexOf('__', 5);
    const server = end > 5 ? name.slice(5, end) : name.slice(5);
    return server === '' ? 'other' : `mcp:${server}`;
  }
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}
