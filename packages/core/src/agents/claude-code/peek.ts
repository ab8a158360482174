/**
 * The quick way into a record: three quarters of a log are tool results and most of the rest is not ours, so what a line
 * is gets decided at its head, and what we need is taken from the bytes. Whatever is not exactly as every known version
 * writes it is left to `record.ts` (`undefined`: read the line as JSON); where this answers, both answer the same.
 */
import type { Line } from '../agent.ts';
import { type Json, objectOf, textOf } from './json.ts';
import { eachItem, Members, Shape } from './members.ts';
import {
  type AssistantRecord,
  isSpawning,
  type Outcome,
  outcomeOf,
  type ResultRecord,
  type ToolResult,
  type ToolUse,
} from './record.ts';
import { Scan } from './scan.ts';
import { type Told, toldOf } from './usage.ts';

/** Records that carry nothing for us, by their type. */
export const SILENT: ReadonlySet<string> = new Set(
  (
    'agent-color agent-name agent-setting api-request api-request-blob api-request-shape atis-latch attachment ' +
    'content-replacement file-history-delta file-history-snapshot last-prompt mode permission-mode queue-operation tag ' +
    'task-summary tools-used worktree-state'
  ).split(' '),
);

const OUTCOME_KEYS = 'agentId agentType searchCount durationMs totalDurationMs durationSeconds'.split(' ');
const TYPES = ['assistant', 'user', 'attachment', 'progress', 'system'];
const BLOCKS = ['tool_use', 'tool_result', 'text', 'thinking'];
const ROLES = ['assistant', 'user'];
const STOPS = ['tool_use', 'end_turn'];
const PLAIN = ['standard', 'not_available', ''];

/** The ways through each kind of object, learnt from all files: a memory of how records look, not of what they say. */
const SHAPES = {
  record: new Shape(),
  message: new Shape(),
  block: new Shape(),
  usage: new Shape(),
  other: new Shape(),
};

interface Message {
  readonly end: number;
  readonly results: ToolResult[] | undefined;
  readonly isAssistant: boolean;
  readonly id: string;
  readonly stopReason: string | null | undefined;
  readonly told: Told | undefined;
  readonly toolUses: ToolUse[];
}

export type Peeked = AssistantRecord | ResultRecord | 'silent' | undefined;

/** Looks into the lines of one file. It keeps the strings that nearly every record repeats, so as not to make them anew. */
export class Peek {
  #scan: Scan | undefined;
  #sessionId = '';
  #agentId = '';
  #cwd = '';
  #branch = '';
  #version = '';
  #model = '';
  #messageId = '';
  #requestId = '';

  /**
   * What a line is and says, without reading it as JSON. `withUuids`: the record's own and its parent's id are wanted.
   * `wantsOutcome`: whether what is told beside the result of a tool call (by its id) is wanted.
   */
  read(line: Line, withUuids: boolean, wantsOutcome: (id: string) => boolean): Peeked {
    if (line.byte(line.length - 1) !== 125) return undefined;
    if (this.#scan) this.#scan.set(line);
    else this.#scan = new Scan(line);
    const scan = this.#scan;
    const members = new Members(scan, 0, SHAPES.record);
    let forkedFrom = '';
    let sessionId = '';
    let agentId = '';
    let isSide: boolean | undefined;
    let cwd = '';
    let branch = '';
    let version = '';
    let uuid = '';
    let parentUuid = '';
    let at: number | undefined;
    let requestId = '';
    let isAborted = false;
    let attributionAgent = '';
    let type = '';
    let message: Message | undefined;
    while (members.next()) {
      switch (members.key) {
        case 'type':
          type = members.word(TYPES);
          if (type === 'assistant' || type === 'user' || type === 'progress' || type === 'system') break;
          return SILENT.has(type) ? 'silent' : undefined;
        case 'attachment':
          if (type === '') return scan.code(members.value) === 123 ? 'silent' : undefined;
          break;
        case 'subtype':
          if (type === 'system') return members.string('turn_duration') === 'compact_boundary' ? undefined : 'silent';
          break;
        case 'data':
          if (type === 'progress') return isSilentProgress(scan, members.value) ? 'silent' : undefined;
          break;
        case 'message':
          if (message || type === 'progress' || type === 'system') return undefined;
          message = this.#message(scan, members.value);
          if (!message) return undefined;
          members.endsAt(message.end);
          break;
        case 'toolUseResult':
          // Long, after all that matters to most results: looked into only for those of whose tools it tells something.
          if (type === 'user' && message?.results && at !== undefined) {
            const { results } = message;
            const [only] = results;
            const wanted = results.length === 1 && only !== undefined && wantsOutcome(only.id);
            const outcome = wanted ? readOutcome(scan, members) : undefined;
            return outcome === 'broken' ? undefined : resultOf(at, isSide, agentId, results, outcome);
          }
          if (!message?.isAssistant) return undefined;
          break;
        case 'isSidechain':
          isSide = members.flag();
          break;
        case 'timestamp':
          at = members.instant();
          break;
        case 'sessionId':
          sessionId = members.string(this.#sessionId);
          break;
        case 'agentId':
          agentId = members.string(this.#agentId);
          break;
        case 'cwd':
          cwd = members.string(this.#cwd);
          break;
        case 'gitBranch':
          branch = members.string(this.#branch);
          break;
        case 'version':
          version = members.string(this.#version);
          break;
        case 'forkedFrom':
          forkedFrom = textOf(objectOf(members.json())?.sessionId);
          break;
        case 'uuid':
          if (withUuids) uuid = members.string();
          break;
        case 'parentUuid':
          if (withUuids) parentUuid = members.string();
          break;
        case 'requestId':
          requestId = members.string(this.#requestId);
          break;
        case 'attributionAgent':
          attributionAgent = members.string();
          break;
        case 'isAbortedMidStream':
          isAborted = members.flag() === true;
          break;
        case 'isApiErrorMessage':
          if (members.flag()) return undefined;
          break;
      }
    }
    if (members.end < 0 || members.end !== line.length || !message) return undefined;
    if (message.results) return type === 'user' ? resultOf(at, isSide, agentId, message.results, undefined) : undefined;
    if (!message.isAssistant || (type !== 'assistant' && type !== '')) return undefined;
    // Without an id of the provider's making or a session, more of the record matters than is worth looking for here.
    if (!message.id.startsWith('msg_') || sessionId === '' || (isSide && agentId === '')) return undefined;
    this.#sessionId = sessionId;
    this.#agentId = agentId;
    this.#cwd = cwd;
    this.#branch = branch;
    this.#version = version;
    this.#messageId = message.id;
    this.#requestId = requestId;
    const { id: messageId, stopReason, told, toolUses } = message;
    const envelope = { sessionId, forkedFrom, agentId, isSide, cwd, branch, version, uuid, parentUuid, at };
    const isApiError = false;
    const model = this.#model;
    return {
      ...{ kind: 'assistant', ...envelope, messageId, requestId, model, stopReason, told },
      ...{ isAborted, isApiError, attributionAgent, toolUses },
    };
  }

  #message(scan: Scan, at: number): Message | undefined {
    const members = new Members(scan, at, SHAPES.message);
    let role = '';
    let id = '';
    let model = '';
    let stopReason: string | null | undefined;
    let told: Told | undefined;
    let results: ToolResult[] | undefined;
    const toolUses: ToolUse[] = [];
    while (members.next()) {
      switch (members.key) {
        case 'role':
          role = members.word(ROLES);
          break;
        case 'id':
          id = members.string(this.#messageId);
          break;
        case 'model':
          model = members.string(this.#model);
          break;
        case 'stop_reason': {
          const code = scan.code(members.value);
          stopReason = code === 34 ? members.word(STOPS) : code === 110 ? null : undefined;
          break;
        }
        case 'usage':
          told = readUsage(scan, members);
          break;
        case 'content': {
          if (scan.code(members.value) !== 91) {
            // A person's words, or the program's: few, and their bytes are counted from the JSON.
            if (role !== 'assistant') return undefined;
            break;
          }
          const end = eachItem(scan, members.value, (item) => {
            const block = new Block(scan, item, SHAPES.block);
            if (block.type === 'tool_use') toolUses.push(block.toolUse());
            if (block.type === 'tool_result') {
              results ??= [];
              results.push(block.toolResult());
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
    const isAssistant = role === 'assistant';
    if (isAssistant) this.#model = model;
    return { end: members.end, results, isAssistant, id, stopReason, told, toolUses };
  }
}

/** Undefined without a time, and in a side chain within its parent's file: there every record's place in it matters. */
function resultOf(
  at: number | undefined,
  isSide: boolean | undefined,
  agentId: string,
  results: readonly ToolResult[],
  outcome: Outcome | undefined,
): ResultRecord | undefined {
  return at === undefined || (isSide && agentId === '') ? undefined : { kind: 'result', at, results, outcome };
}

/** What the current value tells beside a result: a few figures among much text. */
function readOutcome(scan: Scan, outer: Members): Outcome | undefined | 'broken' {
  if (scan.code(outer.value) !== 123) return undefined;
  const members = new Members(scan, outer.value, SHAPES.other);
  const told: Record<string, unknown> = {};
  while (members.next()) if (OUTCOME_KEYS.includes(members.key)) told[members.key] = members.json();
  return members.end < 0 ? 'broken' : outcomeOf(told);
}

/** Progress that is not a sub-agent's: its kind comes first. */
function isSilentProgress(scan: Scan, at: number): boolean {
  const data = new Members(scan, at, SHAPES.other);
  if (!data.next() || data.key !== 'type') return false;
  const kind = data.string('bash_progress');
  return kind !== '' && kind !== 'agent_progress';
}

/** The figures of a usage object; the rest of it is left where it is. */
function readUsage(scan: Scan, at: Members): Told | undefined {
  const usage = readFigures(scan, at, SHAPES.usage);
  return usage && toldOf(usage);
}

function readFigures(scan: Scan, outer: Members, shape: Shape): Json | undefined {
  const members = new Members(scan, outer.value, shape);
  const figures: Record<string, unknown> = {};
  while (members.next()) {
    const { key } = members;
    switch (key) {
      case 'cache_creation':
      case 'output_tokens_details':
      case 'server_tool_use':
        figures[key] = readFigures(scan, members, SHAPES.other);
        break;
      case 'iterations': {
        const end = members.valueEnd();
        if (end > 0 && scan.includes('advisor_message', members.value, end)) figures[key] = members.json();
        break;
      }
      case 'service_tier':
      case 'speed':
      case 'inference_geo':
        figures[key] = members.word(PLAIN);
        break;
      case 'cache_creation_input_tokens':
      case 'cache_read_input_tokens':
      case 'ephemeral_1h_input_tokens':
      case 'ephemeral_5m_input_tokens':
      case 'input_tokens':
      case 'output_tokens':
      case 'thinking_tokens':
      case 'web_search_requests':
        figures[key] = members.number();
        break;
    }
  }
  if (members.end < 0) return undefined;
  outer.endsAt(members.end);
  return figures;
}

/** One block of a message's content. `end` is -1 where it is none. */
class Block {
  readonly end: number;
  type = '';
  readonly #scan: Scan;
  #id = '';
  #name = '';
  #toolUseId = '';
  #isError: boolean | undefined;
  #input = -1;
  #inputEnd = -1;
  #inputBytes = 0;
  #resultBytes: number | undefined;

  constructor(scan: Scan, at: number, shape: Shape) {
    this.#scan = scan;
    const members = new Members(scan, at, shape);
    while (members.next()) {
      switch (members.key) {
        case 'type':
          this.type = members.word(BLOCKS);
          break;
        case 'id':
          this.#id = members.string();
          break;
        case 'name':
          this.#name = members.string();
          break;
        case 'tool_use_id':
          this.#toolUseId = members.string();
          break;
        case 'is_error':
          this.#isError = members.flag();
          break;
        case 'input':
          this.#input = members.value;
          this.#inputBytes = spelled(scan, members);
          this.#inputEnd = members.valueEnd();
          break;
        case 'content':
          this.#resultBytes = spelled(scan, members);
          break;
      }
    }
    this.end = members.end;
  }

  toolUse(): ToolUse {
    const name = this.#name;
    const spawns = isSpawning(name) && this.#inputEnd > 0;
    const input = spawns ? objectOf(this.#scan.json(this.#input, this.#inputEnd)) : undefined;
    return { id: this.#id, name, bytes: this.#inputBytes, agentType: textOf(input?.subagent_type) };
  }

  toolResult(): ToolResult {
    return { id: this.#toolUseId, bytes: this.#resultBytes, isError: this.#isError };
  }
}

/** Bytes of the current value as spelled, the quotes of a string not counted. */
function spelled(scan: Scan, members: Members): number {
  const quotes = scan.code(members.value) === 34 ? 2 : 0;
  return members.valueEnd() - members.value - quotes;
}
