/**
 * The quick way into a record: three quarters of a log are tool results and most of the rest is not ours, so what a line
 * is gets decided at its head, and what we need is taken from the bytes. Whatever is not exactly as every known version
 * writes it is left to `record.ts` (`undefined`: read the line as JSON); where this answers, both answer the same.
 */
import type { Line } from '../agent.ts';
import { instantOf, type Json, objectOf } from './json.ts';
import { type AssistantRecord, isSpawning, type ResultRecord, type ToolResult, type ToolUse } from './record.ts';
import { eachItem, Members, Scan } from './scan.ts';

/** Records that carry nothing for us, by their type. */
export const SILENT: ReadonlySet<string> = new Set([
  'agent-color',
  'agent-name',
  'agent-setting',
  'api-request',
  'api-request-blob',
  'api-request-shape',
  'atis-latch',
  'attachment',
  'content-replacement',
  'file-history-delta',
  'file-history-snapshot',
  'last-prompt',
  'mode',
  'permission-mode',
  'queue-operation',
  'tag',
  'task-summary',
  'tools-used',
  'worktree-state',
]);

/** The strings that nearly every record of a file repeats: handed back instead of made anew. */
export interface Repeated {
  sessionId: string;
  agentId: string;
  cwd: string;
  branch: string;
  version: string;
  model: string;
}

export type Peeked = AssistantRecord | ResultRecord | 'silent' | undefined;

interface Message {
  readonly end: number;
  readonly results: ToolResult[] | undefined;
  readonly isAssistant: boolean;
  readonly id: string;
  readonly model: string;
  readonly stopReason: string | null | undefined;
  readonly usage: Json | undefined;
  readonly toolUses: ToolUse[];
}

/** What a line is and says, without reading it as JSON. */
export function peek(line: Line, repeated: Repeated): Peeked {
  if (line.byte(line.length - 1) !== 125) return undefined;
  const scan = new Scan(line);
  const members = new Members(scan, 0);
  const record = {
    sessionId: '',
    forkedFrom: '',
    agentId: '',
    isSide: undefined as boolean | undefined, // as -- widens the literal's type
    cwd: '',
    branch: '',
    version: '',
    uuid: '',
    parentUuid: '',
    at: undefined as number | undefined, // as -- widens the literal's type
    requestId: '',
    isAborted: false,
    isApiError: false,
    attributionAgent: '',
  };
  let type = '';
  let message: Message | undefined;
  while (members.next()) {
    const at = members.value;
    switch (members.key) {
      case 'type':
        type = scan.string(at);
        if (SILENT.has(type)) return 'silent';
        if (type !== 'assistant' && type !== 'user' && type !== 'progress' && type !== 'system') return undefined;
        break;
      case 'attachment':
        if (type === '') return scan.code(at) === 123 ? 'silent' : undefined;
        break;
      case 'subtype':
        if (type === 'system') return scan.string(at) === 'compact_boundary' ? undefined : 'silent';
        break;
      case 'data':
        if (type === 'progress') return isSilentProgress(scan, at) ? 'silent' : undefined;
        break;
      case 'message':
        if (message || type === 'progress' || type === 'system') return undefined;
        message = readMessage(scan, at, repeated);
        if (!message) return undefined;
        members.endsAt(message.end);
        break;
      case 'toolUseResult':
        // Long, after all that matters to a result; what it tells of some tools is read as JSON.
        if (type === 'user' && message?.results && record.at !== undefined) return resultOf(record, message.results);
        break;
      case 'isSidechain':
        record.isSide = scan.isTrue(at) ? true : scan.code(at) === 102 ? false : undefined;
        break;
      case 'timestamp':
        record.at = instantOf(scan.string(at));
        break;
      case 'sessionId':
        record.sessionId = scan.string(at, repeated.sessionId);
        repeated.sessionId = record.sessionId;
        break;
      case 'agentId':
        record.agentId = scan.string(at, repeated.agentId);
        repeated.agentId = record.agentId;
        break;
      case 'cwd':
        record.cwd = scan.string(at, repeated.cwd);
        repeated.cwd = record.cwd;
        break;
      case 'gitBranch':
        record.branch = scan.string(at, repeated.branch);
        repeated.branch = record.branch;
        break;
      case 'version':
        record.version = scan.string(at, repeated.version);
        repeated.version = record.version;
        break;
      case 'forkedFrom': {
        const from = objectOf(scan.json(at))?.sessionId;
        record.forkedFrom = typeof from === 'string' ? from : '';
        break;
      }
      case 'uuid':
        record.uuid = scan.string(at);
        break;
      case 'parentUuid':
        record.parentUuid = scan.string(at);
        break;
      case 'requestId':
        record.requestId = scan.string(at);
        break;
      case 'attributionAgent':
        record.attributionAgent = scan.string(at);
        break;
      case 'isAbortedMidStream':
        record.isAborted = scan.isTrue(at);
        break;
      case 'isApiErrorMessage':
        record.isApiError = scan.isTrue(at);
        break;
    }
  }
  if (members.end < 0 || members.end !== line.length || !message) return undefined;
  if (message.results) return type === 'user' ? resultOf(record, message.results) : undefined;
  if (!message.isAssistant || (type !== 'assistant' && type !== '') || record.isApiError) return undefined;
  // `session_id` alone, as streams spell it, is rare enough for the slow way.
  if (record.sessionId === '') return undefined;
  const { id: messageId, model, stopReason, usage, toolUses } = message;
  return { kind: 'assistant', ...record, messageId, model, stopReason, usage, toolUses };
}

/** Undefined without a time, and in a side chain within its parent's file: there every record's place in it matters. */
function resultOf(
  { at, isSide, agentId }: Pick<AssistantRecord, 'at' | 'isSide' | 'agentId'>,
  results: readonly ToolResult[],
): ResultRecord | undefined {
  return at === undefined || (isSide && agentId === '') ? undefined : { kind: 'result', at, results };
}

/** Progress that is not a sub-agent's: its kind comes first. */
function isSilentProgress(scan: Scan, at: number): boolean {
  const data = new Members(scan, at);
  if (!data.next() || data.key !== 'type') return false;
  const kind = scan.string(data.value);
  return kind !== '' && kind !== 'agent_progress';
}

function readMessage(scan: Scan, at: number, repeated: Repeated): Message | undefined {
  const members = new Members(scan, at);
  let role = '';
  let id = '';
  let model = '';
  let stopReason: string | null | undefined;
  let usage: Json | undefined;
  let results: ToolResult[] | undefined;
  const toolUses: ToolUse[] = [];
  while (members.next()) {
    const value = members.value;
    switch (members.key) {
      case 'role':
        role = scan.string(value);
        break;
      case 'id':
        id = scan.string(value);
        break;
      case 'model':
        model = scan.string(value, repeated.model);
        repeated.model = model;
        break;
      case 'stop_reason':
        stopReason = scan.code(value) === 34 ? scan.string(value) : scan.code(value) === 110 ? null : undefined;
        break;
      case 'usage':
        usage = objectOf(scan.json(value));
        break;
      case 'content': {
        if (scan.code(value) !== 91) {
          // A person's words, or the program's: few, and their bytes are counted from the JSON.
          if (role !== 'assistant') return undefined;
          break;
        }
        const end = eachItem(scan, value, (item) => {
          const block = readBlock(scan, item);
          if (!block) return -1;
          if (block.toolUse) toolUses.push(block.toolUse);
          if (block.result) {
            results ??= [];
            results.push(block.result);
          } else if (results) return -1;
          return block.end;
        });
        if (end < 0) return undefined;
        members.endsAt(end);
        break;
      }
    }
  }
  if (members.end < 0 || model === '<synthetic>') return undefined;
  if (results && role !== 'user') return undefined;
  return { end: members.end, results, isAssistant: role === 'assistant', id, model, stopReason, usage, toolUses };
}

interface Block {
  readonly end: number;
  readonly toolUse: ToolUse | undefined;
  readonly result: ToolResult | undefined;
}

function readBlock(scan: Scan, at: number): Block | undefined {
  const members = new Members(scan, at);
  let type = '';
  let id = '';
  let name = '';
  let toolUseId = '';
  let isError: boolean | undefined;
  let input = -1;
  let inputBytes = 0;
  let resultBytes: number | undefined;
  while (members.next()) {
    const value = members.value;
    switch (members.key) {
      case 'type':
        type = scan.string(value);
        break;
      case 'id':
        id = scan.string(value);
        break;
      case 'name':
        name = scan.string(value);
        break;
      case 'tool_use_id':
        toolUseId = scan.string(value);
        break;
      case 'is_error':
        isError = scan.isTrue(value) ? true : scan.code(value) === 102 ? false : undefined;
        break;
      case 'input':
      case 'content': {
        const end = scan.valueEnd(value);
        if (end < 0) return undefined;
        const bytes = end - value - (scan.code(value) === 34 ? 2 : 0);
        if (members.key === 'content') resultBytes = bytes;
        else {
          input = value;
          inputBytes = bytes;
        }
        members.endsAt(end);
        break;
      }
    }
  }
  if (members.end < 0) return undefined;
  const isUse = type === 'tool_use';
  const agentType = isUse && isSpawning(name) && input >= 0 ? objectOf(scan.json(input))?.subagent_type : '';
  return {
    end: members.end,
    toolUse: isUse
      ? { id, name, bytes: inputBytes, agentType: typeof agentType === 'string' ? agentType : '' }
      : undefined,
    result: type === 'tool_result' ? { id: toolUseId, bytes: resultBytes, isError } : undefined,
  };
}
