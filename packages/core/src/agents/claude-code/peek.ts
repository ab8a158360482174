/**
 * The quick way into a record: three quarters of a log are tool results and most of the rest is not ours, so a walk over
 * its bytes finds what we need and passes over the rest. Whatever is not exactly as every known version writes it is left
 * to `record.ts` (`undefined`: read the line as JSON); where this answers, both answer the same.
 */
import type { Line } from '../agent.ts';
import { instantOf } from '../json.ts';
import { type Message, readMessage } from './peek-message.ts';
import {
  type AssistantRecord,
  type Outcome,
  outcomeOf,
  type PromptRecord,
  type ResultRecord,
  type ToolResult,
} from './record.ts';
import * as W from './wishes.ts';

/** Records that carry nothing for us, by their type. */
export const SILENT: ReadonlySet<string> = new Set(
  (
    'agent-color agent-name agent-setting api-request api-request-blob api-request-shape atis-latch attachment ' +
    'content-replacement file-history-delta file-history-snapshot last-prompt mode permission-mode queue-operation tag ' +
    'task-summary tools-used worktree-state'
  ).split(' '),
);

const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** Within so many bytes a record says what its attachment is. */
const HEAD_BYTES = 1024;
/** Openings of what the program may have written in a person's name: `<`, `[`, and an escape that may hide them. */
const OPENS_NOTICE: ReadonlySet<number> = new Set([60, 91, 92]);

type Peeked = AssistantRecord | PromptRecord | ResultRecord | 'silent' | undefined;

/**
 * What a line is and says, without reading it as JSON. Its parent's id is not told: it matters to records only that are
 * left. `wantsOutcome`: whether what is told beside the result of a tool call (by its id) is wanted.
 */
export function peek(line: Line, wantsOutcome: (id: string) => boolean): Peeked {
  if (line.byte(line.length - 1) !== CLOSE_OBJECT) return undefined;
  const tape = line.walk(W.RECORD);
  if (!tape) return undefined;
  let forkedFrom = '';
  let sessionId = '';
  let agentId = '';
  let isSide: boolean | undefined;
  let cwd = '';
  let branch = '';
  let version = '';
  /** Its own id, made a string only of records that are asked for it. */
  let named = 0;
  let at: number | undefined;
  let requestId = '';
  let isAborted = false;
  let attributionAgent = '';
  let promptId = '';
  let isNotice = false;
  let type = '';
  let message: Message | undefined;
  for (let entry = tape.start; entry < tape.end; entry = tape.after(entry)) {
    switch (tape.node(entry)) {
      case W.TYPE:
        type = tape.text(entry);
        if (type === 'assistant' || type === 'user' || type === 'progress' || type === 'system') break;
        if (type === 'attachment' && (isRendered(line) || isSnapshot(line))) return undefined;
        return SILENT.has(type) ? 'silent' : undefined;
      case W.ATTACHMENT:
        if (type !== '' || line.byte(tape.from(entry)) !== OPEN_OBJECT) return undefined;
        return isRendered(line) || isSnapshot(line) ? undefined : 'silent';
      case W.SUBTYPE:
        if (type === 'system') return tape.text(entry) === 'compact_boundary' ? undefined : 'silent';
        break;
      case W.DATA_TYPE:
        // Progress that is not a sub-agent's.
        if (type === 'progress') return isSubagents(tape.text(entry)) ? undefined : 'silent';
        break;
      case W.MESSAGE:
        if (message || type === 'progress' || type === 'system') return undefined;
        message = readMessage(tape, line, entry);
        if (!message) return undefined;
        break;
      case W.OUTCOME: {
        // Long, after all that matters to most results: looked into only for those of whose tools it tells something.
        if (type !== 'user' || !message?.results || at === undefined) return undefined;
        const { results } = message;
        const [only] = results;
        const wanted = results.length === 1 && only !== undefined && wantsOutcome(only.id);
        const outcome = wanted ? readOutcome(line, tape.from(entry)) : undefined;
        return outcome === 'broken' ? undefined : resultOf(at, isSide, agentId, results, outcome);
      }
      case W.TIMESTAMP:
        at = tape.time(entry) ?? instantOf(tape.value(entry));
        break;
      case W.IS_SIDECHAIN:
        isSide = tape.flag(entry);
        break;
      case W.SESSION_ID:
        sessionId = tape.text(entry);
        break;
      case W.AGENT_ID:
        agentId = tape.text(entry);
        break;
      case W.CWD:
        cwd = tape.text(entry);
        break;
      case W.GIT_BRANCH:
        branch = tape.text(entry);
        break;
      case W.VERSION:
        version = tape.text(entry);
        break;
      case W.FORKED_FROM:
        forkedFrom = tape.text(entry);
        break;
      case W.UUID:
        named = entry;
        break;
      case W.REQUEST_ID:
        requestId = tape.text(entry);
        break;
      case W.ATTRIBUTION_AGENT:
        attributionAgent = tape.text(entry);
        break;
      case W.IS_ABORTED:
        isAborted = tape.flag(entry) === true;
        break;
      case W.PROMPT_ID:
        promptId = tape.text(entry);
        break;
      case W.PROMPT_SOURCE:
        isNotice ||= tape.text(entry) === 'system';
        break;
      case W.ORIGIN_KIND:
        isNotice ||= tape.text(entry) === 'task-notification';
        break;
      case W.IS_META:
      case W.IS_SUMMARY:
        isNotice ||= tape.flag(entry) === true;
        break;
      case W.IS_API_ERROR:
        if (tape.flag(entry)) return undefined;
        break;
    }
  }
  if (tape.outcome !== line.length || !message) return undefined;
  const { role, results } = message;
  if (results) return type === 'user' ? resultOf(at, isSide, agentId, results, undefined) : undefined;
  // Without a session, or in a side chain within its parent's file, more of the record matters than is looked for here.
  if (sessionId === '' || (isSide && agentId === '')) return undefined;
  const uuid = named === 0 ? '' : tape.text(named);
  if (type === 'user') {
    if (!message.words || OPENS_NOTICE.has(message.words.opens)) return undefined;
    const { bytes } = message.words;
    const kind = 'prompt';
    const asked = isNotice ? undefined : bytes;
    const of = { sessionId, forkedFrom, agentId, isSide, cwd, branch, version, uuid, parentUuid: '', at };
    return { kind, ...of, promptId, bytes: asked };
  }
  if (role !== 'assistant' || (type !== 'assistant' && type !== '') || !message.id.startsWith('msg_')) return undefined;
  const { id: messageId, model, stopReason, told, toolUses, textBytes, reasoningBytes } = message;
  return {
    kind: 'assistant',
    sessionId,
    forkedFrom,
    agentId,
    isSide,
    cwd,
    branch,
    version,
    uuid,
    parentUuid: '',
    at,
    messageId,
    requestId,
    model,
    stopReason,
    told,
    isAborted,
    isApiError: false,
    attributionAgent,
    toolUses,
    textBytes,
    reasoningBytes,
  };
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

/** Whether an attachment says how it stands in the prompt: nearly all of them, or none, as versions differ. */
function isRendered(line: Line): boolean {
  return line.find('"rendered":[') >= 0;
}

/** Whether an attachment is the snapshot of a request with its tools; what it is comes early. */
function isSnapshot(line: Line): boolean {
  return line.find('"prompt_snapshot"', 0, HEAD_BYTES) >= 0 && line.find('"tools":[') >= 0;
}

/** What is told beside a result, at an offset: a few figures among much text. */
function readOutcome(line: Line, at: number): Outcome | undefined | 'broken' {
  if (line.byte(at) !== OPEN_OBJECT) return undefined;
  const tape = line.walk(W.OUTCOME_FIGURES, at);
  if (!tape) return 'broken';
  const told: Record<string, unknown> = {};
  for (let entry = tape.start; entry < tape.end; entry = tape.next(entry))
    told[W.outcomeKey(tape.node(entry))] = tape.value(entry);
  return outcomeOf(told);
}

/** Whether progress of a kind may be a sub-agent's. */
function isSubagents(kind: string): boolean {
  return kind === '' || kind === 'agent_progress';
}
