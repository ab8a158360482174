/**
 * Keeps the tool calls of a rollout until what belongs to them was told: first the call that asked, then how they ended.
 * It refuses to keep much: what stays open too long is let go, told or not.
 */
import type { Emit, ToolKind, ToolResultEvent } from '../../event.ts';
import type { Ending } from './told.ts';
import { codexToolKind } from './tools.ts';

/** Plain JSON. */
export interface OpenTool {
  id: string;
  name: string;
  kind: ToolKind;
  at: number;
  bytes: number;
  searches?: number | undefined;
  target?: string | undefined;
  /** Identity of the call that asked; undefined until it is told. */
  call?: string | undefined;
  ending?: { at: number; isError?: boolean | undefined; durationMs?: number | undefined } | undefined;
  /** Bytes of the result; undefined until there is one. */
  result?: number | undefined;
}

export interface Desk {
  open: OpenTool[];
  /** Ids of tools that were told lately, so that a second record of one is not a second tool call. */
  lately: string[];
}

export interface Whose {
  readonly agent: string;
  readonly sessionId: string;
  readonly emit: Emit;
}

const MOST_OPEN = 128;
const MOST_LATELY = 32;

export function newDesk(): Desk {
  return { open: [], lately: [] };
}

export function isKnown(desk: Desk, id: string): boolean {
  return desk.open.some((tool) => tool.id === id) || desk.lately.includes(id);
}

/** Kind of a tool that is still open, undefined for any other. */
export function kindOf(desk: Desk, id: string): ToolKind | undefined {
  return desk.open.find((tool) => tool.id === id)?.kind;
}

export function put(desk: Desk, tool: OpenTool, whose: Whose): void {
  if (tool.id === '' || desk.open.some((other) => other.id === tool.id)) return;
  desk.open.push(tool);
  desk.lately.push(tool.id);
  if (desk.lately.length > MOST_LATELY) desk.lately.shift();
  if (desk.open.length <= MOST_OPEN) return;
  const [oldest] = desk.open.splice(0, 1);
  if (oldest) tell(oldest, whose);
}

/** The result came. False where its tool is not on the desk. */
export function finish(desk: Desk, id: string, at: number, bytes: number, ending: Ending, whose: Whose): boolean {
  const tool = desk.open.find((other) => other.id === id);
  if (!tool) return false;
  tool.result = bytes;
  end(desk, id, at, ending);
  if (tool.call !== undefined) leave(desk, tool, whose);
  return true;
}

/** How a tool ended, from a record beside its result. */
export function end(desk: Desk, id: string, at: number, { isError, durationMs }: Ending): void {
  const tool = desk.open.find((other) => other.id === id);
  if (!tool) return;
  const { ending } = tool;
  tool.ending = { at, isError: ending?.isError ?? isError, durationMs: ending?.durationMs ?? durationMs };
}

/** The call that asked is known: every tool that waits is its own. */
export function claim(desk: Desk, identity: string, whose: Whose): void {
  if (desk.open.length === 0) return;
  for (const tool of desk.open.slice()) {
    if (tool.call !== undefined) continue;
    tool.call = identity;
    tellCall(tool, whose);
    if (tool.result !== undefined) leave(desk, tool, whose);
  }
}

/** A turn ended: no call will claim what still waits, and what ended without a result has none. */
export function close(desk: Desk, whose: Whose): void {
  claim(desk, '', whose);
  for (const tool of desk.open.slice()) if (tool.ending) leave(desk, tool, whose);
}

function leave(desk: Desk, tool: OpenTool, whose: Whose): void {
  desk.open.splice(desk.open.indexOf(tool), 1);
  tellResult(tool, whose);
}

function tell(tool: OpenTool, whose: Whose): void {
  if (tool.call === undefined) {
    tool.call = '';
    tellCall(tool, whose);
  }
  if (tool.ending) tellResult(tool, whose);
}

function tellCall(tool: OpenTool, { agent, sessionId, emit }: Whose): void {
  const { id, name, kind, at, bytes, target, call = '' } = tool;
  emit({
    type: 'tool_call',
    agent,
    id,
    callIdentity: call,
    sessionId,
    threadId: sessionId,
    name,
    kind,
    at,
    argumentBytes: bytes,
    target,
  });
}

function tellResult(tool: OpenTool, whose: Whose): void {
  const { id, at, call = '', ending, result, searches } = tool;
  const ended = ending?.at ?? at;
  const durationMs = ending?.durationMs ?? Math.max(0, ended - at);
  whose.emit(resultOf(whose, id, ended, call, result, ending?.isError, durationMs, searches));
}

export function resultOf(
  { agent, sessionId }: Whose,
  id: string,
  at: number,
  callIdentity: string,
  resultBytes: number | undefined,
  isError: boolean | undefined,
  durationMs: number | undefined,
  webSearches?: number,
): ToolResultEvent {
  return {
    type: 'tool_result',
    agent,
    id,
    callIdentity,
    sessionId,
    threadId: sessionId,
    at,
    resultBytes,
    isError,
    durationMs,
    webSearches,
  };
}

/** A tool call as the desk takes it. */
export function openTool(
  id: string,
  name: string,
  at: number,
  bytes: number,
  searches?: number,
  target?: string,
): OpenTool {
  const tool: OpenTool = { id, name, kind: codexToolKind(name), at, bytes };
  if (target) tool.target = target;
  if (searches !== undefined) Object.assign(tool, { searches, ending: { at } });
  return tool;
}
