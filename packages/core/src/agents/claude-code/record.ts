/**
 * What we take from one record of a transcript, whatever version wrote it, and how to take it from parsed JSON. The quick
 * way to the same (`peek.ts`) must agree with this one. It refuses to interpret: that is for the reader.
 */
import { readCount } from '../../usage.ts';
import { instantOf, type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';
import { targetOf } from '../target.ts';
import { promptBytes } from './prompt.ts';
import { type Told, toldOf } from './usage.ts';

/** Where and when a record was written. Empty strings tell nothing. */
export interface Envelope {
  readonly sessionId: string;
  /** The session this record was copied from. */
  readonly forkedFrom: string;
  readonly agentId: string;
  /** Undefined where the record does not say. */
  readonly isSide: boolean | undefined;
  readonly cwd: string;
  readonly branch: string;
  readonly version: string;
  readonly uuid: string;
  readonly parentUuid: string;
  /** UTC ms. */
  readonly at: number | undefined;
}

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** What a spawning tool was told to be; '' for other tools. */
  readonly agentType: string;
  /** Name in its first argument, '' none. */
  readonly target: string;
}

/** A record of a model's answer, or of a part of it. */
export interface AssistantRecord extends Envelope {
  readonly kind: 'assistant';
  readonly messageId: string;
  readonly requestId: string;
  readonly model: string;
  /** Null where the record says that the answer had not ended; undefined where it says nothing. */
  readonly stopReason: string | null | undefined;
  readonly told: Told | undefined;
  readonly isAborted: boolean;
  readonly isApiError: boolean;
  readonly attributionAgent: string;
  readonly toolUses: readonly ToolUse[];
  /** Bytes of this record's texts and reasoning as spelled. */
  readonly textBytes: number;
  readonly reasoningBytes: number;
}

export interface ToolResult {
  readonly id: string;
  /** Bytes of the content as spelled; undefined where there is none. */
  readonly bytes: number | undefined;
  readonly isError: boolean | undefined;
}

/** What a record tells of a tool beside its result. */
export interface Outcome {
  /** The sub-agent that a spawning tool made. */
  readonly agentId: string;
  readonly agentType: string;
  readonly webSearches: number | undefined;
  readonly durationMs: number | undefined;
}

/** What came of the tool calls of an answer. Its place is that of the calls. */
export interface ResultRecord {
  readonly kind: 'result';
  readonly at: number | undefined;
  readonly results: readonly ToolResult[];
  /** Only where there is one result: of several, it does not say whose it is. */
  readonly outcome: Outcome | undefined;
}

/** Somebody spoke to the agent, or the program did in their name. */
export interface PromptRecord extends Envelope {
  readonly kind: 'prompt';
  readonly promptId: string;
  /** Bytes of the content as spelled; undefined where nobody asked anything. */
  readonly bytes: number | undefined;
}

/** Tools that start a sub-agent, under the names they have had. */
export function isSpawning(toolName: string): boolean {
  return toolName === 'Task' || toolName === 'Agent';
}

export function envelopeOf(record: Json): Envelope {
  const side = record.isSidechain;
  return {
    sessionId: textOf(record.sessionId) || textOf(record.session_id),
    forkedFrom: textOf(objectOf(record.forkedFrom)?.sessionId),
    agentId: textOf(record.agentId),
    isSide: typeof side === 'boolean' ? side : undefined,
    cwd: textOf(record.cwd),
    branch: textOf(record.gitBranch),
    version: textOf(record.version),
    uuid: textOf(record.uuid),
    parentUuid: textOf(record.parentUuid),
    at: instantOf(record.timestamp),
  };
}

export function assistantOf(record: Json): AssistantRecord {
  const message = objectOf(record.message) ?? {};
  const stop = message.stop_reason;
  const usage = objectOf(message.usage);
  return {
    kind: 'assistant',
    ...envelopeOf(record),
    messageId: textOf(message.id),
    requestId: textOf(record.requestId),
    model: textOf(message.model),
    stopReason: typeof stop === 'string' || stop === null ? stop : undefined,
    told: usage && toldOf(usage),
    isAborted: record.isAbortedMidStream === true,
    isApiError: record.isApiErrorMessage === true,
    attributionAgent: textOf(record.attributionAgent),
    toolUses: listOf(message.content).flatMap((block) => {
      const tool = objectOf(block);
      return tool?.type === 'tool_use' ? [toolUseOf(tool)] : [];
    }),
    textBytes: sumBlocks(message.content, ({ type, text }) => (type === 'text' ? sizeOf(text) : 0)),
    reasoningBytes: sumBlocks(message.content, reasoningOf),
  };
}

function sumBlocks(content: unknown, sizeOfBlock: (block: Json) => number): number {
  return listOf(content).reduce((sum: number, block) => sum + sizeOfBlock(objectOf(block) ?? {}), 0);
}

/** Reasoning that is kept from the log stands there as its signature or its cipher, which are as long as it was. */
function reasoningOf({ type, thinking, signature, data }: Json): number {
  return type === 'thinking' ? sizeOf(thinking) || sizeOf(signature) : type === 'redacted_thinking' ? sizeOf(data) : 0;
}

function sizeOf(text: unknown): number {
  return typeof text === 'string' ? spelledBytes(text) : 0;
}

function toolUseOf(block: Json): ToolUse {
  const name = textOf(block.name);
  return {
    id: textOf(block.id),
    name,
    bytes: block.input === undefined ? 0 : spelledBytes(block.input),
    agentType: isSpawning(name) ? textOf(objectOf(block.input)?.subagent_type) : '',
    target: firstTarget(objectOf(block.input)),
  };
}

/** Only the first argument is looked at: it is the name with every tool that has one, and long texts come after it. */
function firstTarget(input: Json | undefined): string {
  const [first] = Object.entries(input ?? {});
  return first && typeof first[1] === 'string' ? targetOf(first[0], first[1]) : '';
}

export function promptOf(record: Json): PromptRecord {
  return { kind: 'prompt', ...envelopeOf(record), promptId: textOf(record.promptId), bytes: promptBytes(record) };
}

/** The tool results of a user record; none where a person or the program spoke. */
export function resultsOf(record: Json): ResultRecord {
  const results = listOf(objectOf(record.message)?.content).flatMap((block) => {
    const result = objectOf(block);
    if (result?.type !== 'tool_result') return [];
    const { content, is_error: isError } = result;
    return [
      {
        id: textOf(result.tool_use_id),
        bytes: content === undefined ? undefined : spelledBytes(content),
        isError: typeof isError === 'boolean' ? isError : undefined,
      },
    ];
  });
  const outcome = objectOf(record.toolUseResult);
  return {
    kind: 'result',
    at: instantOf(record.timestamp),
    results,
    outcome: outcome && results.length === 1 ? outcomeOf(outcome) : undefined,
  };
}

export function outcomeOf(outcome: Json): Outcome {
  const seconds = outcome.durationSeconds;
  return {
    agentId: textOf(outcome.agentId),
    agentType: textOf(outcome.agentType),
    webSearches: readCount(outcome.searchCount),
    durationMs:
      readCount(outcome.totalDurationMs) ??
      readCount(outcome.durationMs) ??
      (typeof seconds === 'number' ? readCount(seconds * 1000) : undefined),
  };
}
