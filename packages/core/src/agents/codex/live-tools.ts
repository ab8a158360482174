/**
 * Items of a turn that are executions, as the app-server and `exec --json` tell them, under the names that the rollout
 * gives their tools. It takes sizes and outcomes, and refuses commands, patches and output.
 */
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import { LiveTools } from '../live-tools.ts';
import { text } from './meta.ts';
import { record } from './tokens.ts';
import { codexToolKind, fullName } from './tools.ts';

type Item = Readonly<Record<string, unknown>>;

/** Names of what both surfaces call differently. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['commandExecution', 'exec_command'],
  ['command_execution', 'exec_command'],
  ['fileChange', 'apply_patch'],
  ['file_change', 'apply_patch'],
  ['webSearch', 'web_search'],
  ['web_search', 'web_search'],
  ['imageView', 'view_image'],
  ['imageGeneration', 'image_generation'],
  ['sleep', 'sleep'],
  ['todo_list', 'update_plan'],
]);

/** The tool an item is a call of, '' where it is none. */
function toolName(item: Item): string {
  const tool = text(item.tool);
  switch (item.type) {
    case 'mcpToolCall':
    case 'mcp_tool_call':
      return `mcp__${text(item.server)}__${tool}`;
    case 'dynamicToolCall':
      return fullName(tool, text(item.namespace));
    case 'collabAgentToolCall':
    case 'collab_tool_call':
      return tool.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
  return NAMES.get(text(item.type)) ?? '';
}

/** Executions of one thread (or run). */
export class CodexTools {
  readonly #tools = new LiveTools();
  readonly #prefix: string;

  /** `prefix` makes ids that count from nothing unique. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** An item began, changed or ended; true where it is an execution. */
  hear(item: Item, isOver: boolean, threadId: string, at: number, emit: Emit): boolean {
    const name = toolName(item);
    if (name === '' || text(item.id) === '') return false;
    const id = this.#prefix + text(item.id);
    // Which call asked is told with its usage, which comes later.
    const place = { agent: 'codex', callIdentity: '', sessionId: threadId, threadId };
    const told = { id, name, kind: codexToolKind(name), argumentBytes: argumentBytes(item) };
    this.#tools.begin(place, told, at, emit);
    const ending = { resultBytes: resultBytes(item), durationMs: readCount(item.durationMs) };
    const webSearches = name === 'web_search' ? 1 : undefined;
    if (isOver) this.#tools.end(id, { ...ending, isError: isError(item), webSearches }, at, emit);
    return true;
  }

  /** The turn is over: nothing of it runs on. */
  close(at: number, emit: Emit): void {
    this.#tools.close(at, emit);
  }
}

function argumentBytes(item: Item): number {
  const said = item.arguments ?? item.command ?? item.changes ?? item.query ?? item.prompt;
  return said === undefined || said === null ? 0 : spelledBytes(said);
}

function resultBytes(item: Item): number | undefined {
  const said = item.aggregatedOutput ?? item.aggregated_output ?? item.result ?? item.contentItems;
  return said === undefined || said === null ? undefined : spelledBytes(said);
}

function isError(item: Item): boolean | undefined {
  if (typeof item.success === 'boolean') return !item.success;
  const code = item.exitCode ?? item.exit_code;
  if (typeof code === 'number') return code !== 0;
  const status = text(item.status);
  if (status === 'completed') return record(item.error).message !== undefined;
  return status === 'failed' || status === 'declined' || status === 'interrupted' ? true : undefined;
}

function spelledBytes(value: unknown): number {
  const spelled = new TextEncoder().encode(JSON.stringify(value) ?? '').length;
  return typeof value === 'string' ? spelled - 2 : spelled;
}
