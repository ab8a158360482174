/** What kind of work each of Cursor's tools does, as its SDK and its CLI name them. It refuses to guess: `other`. */
import type { ToolKind } from '../../event.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  shell: 'shell',
  writeShellStdin: 'shell',
  read: 'read',
  readLints: 'read',
  fetchMcpResource: 'read',
  listMcpResources: 'read',
  edit: 'edit',
  delete: 'edit',
  applyPatch: 'edit',
  write: 'write',
  generateImage: 'write',
  glob: 'search',
  grep: 'search',
  ls: 'search',
  semSearch: 'search',
  webSearch: 'web',
  webFetch: 'web',
  fetch: 'web',
  task: 'task',
  createPlan: 'plan',
  updateTodos: 'plan',
  readTodos: 'plan',
  switchMode: 'plan',
};

/** `server` is the MCP server a call names, '' where it names none. */
export function cursorToolKind(name: string, server: string): ToolKind {
  if (server !== '') return `mcp:${server}`;
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}
