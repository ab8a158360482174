/**
 * Items of a turn that are executions, as the app-server and `exec --json` tell them, under the names that the rollout
 * gives their tools. It takes sizes and outcomes, and refuses commands, patches and output.
 */
import type { Emit, ToolResultEvent } from '../../event.ts';
import { readCount } from '../../usage.ts';
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

interface Open {
  readonly at: number;
}

/** Executions of one thread (or run): each begins once and ends once, whatever is repeated. */
export class LiveTools {
  readonly #open = new Map<string, Open>();
  readonly #ended = new Set<string>();
  readonly #prefix: string;

  /** `prefix` makes ids that count from nothing unique. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** An item began, changed or ended; true where it is an execution. */
  hear(item: Item, isOver: boolean, threadId: string, at: number, emit: Emit): boolean {
    const name = toolName(item);
    const id = text(item.id) === '' ? '' : this.#prefix + text(item.id);
    if (name === '' || id === '') return false;
    const whose = { agent: 'codex', id, callIdentity: '', sessionId: threadId, threadId, at };
    if (!this.#open.has(id) && !this.#ended.has(id)) {
      this.#open.set(id, { at });
      emit({ type: 'tool_call', ...whose, name, kind: codexToolKind(name), argumentBytes: argumentBytes(item) });
    }
    const begun = this.#open.get(id);
    if (!isOver || !begun) return true;
    this.#open.delete(id);
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    const durationMs = readCount(item.durationMs) ?? Math.max(0, at - begun.at);
    const webSearches = name === 'web_search' ? 1 : undefined;
    const result: ToolResultEvent = { type: 'tool_result', ...whose, resultBytes: resultBytes(item), durationMs };
    emit({ ...result, isError: isError(item), webSearches });
    return true;
  }

  /** The thread's turn is over: nothing of it runs on. */
  close(threadId: string, at: number, emit: Emit): void {
    for (const [id, { at: begun }] of this.#open) {
      const whose = { agent: 'codex', id, callIdentity: '', sessionId: threadId, threadId, at };
      emit({ type: 'tool_result', ...whose, isError: true, durationMs: Math.max(0, at - begun) });
      this.#ended.add(id);
    }
    this.#open.clear();
  }
}

const MOST_ENDED = 1000;

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
