/**
 * The quick way into a record: three quarters of a log are tool results and most of the rest is not ours, so what a line
 * is gets decided at its head, and what we need is taken from the bytes. Whatever is not exactly as every known version
 * writes it is left to `record.ts` (`undefined`: read the line as JSON); where this answers, both answer the same.
 */
import type { Line } from '../agent.ts';
import { objectOf, textOf } from '../json.ts';
import { Members, Shape } from './members.ts';
import { type KnownStrings, type Message, readMessage } from './peek-message.ts';
import {
  type AssistantRecord,
  type Outcome,
  outcomeOf,
  type PromptRecord,
  type ResultRecord,
  type ToolResult,
} from './record.ts';
import { Scan } from './scan.ts';
import { Steady } from './steady.ts';

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
/** The ways through each kind of object, learnt from all files: a memory of how records look, not of what they say. */
const SHAPES = { record: new Shape(), other: new Shape() };

/** Within so many bytes a record says what its attachment is. */
const HEAD_BYTES = 1024;
/** Openings of what the program may have written in a person's name: `<`, `[`, and an escape that may hide them. */
const OPENS_NOTICE: ReadonlySet<number> = new Set([60, 91, 92]);

type Peeked = AssistantRecord | PromptRecord | ResultRecord | 'silent' | undefined;

/** Looks into the lines of one file. It keeps the strings that nearly every record repeats, so as not to make them anew. */
export class Peek {
  #scan: Scan | undefined;
  /** Versions differ in where they write what all records of a file have in common: before or after the message. */
  readonly #before = new Steady();
  readonly #after = new Steady();
  readonly #known: KnownStrings = { messageId: '', model: '', usage: '', told: undefined };
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
    let promptId = '';
    let isNotice = false;
    let type = '';
    let message: Message | undefined;
    while (members.next()) {
      switch (members.key) {
        case 'type':
          type = members.word(TYPES);
          if (type === 'assistant' || type === 'user' || type === 'progress' || type === 'system') break;
          if (type === 'attachment' && (isRendered(line) || isSnapshot(line))) return undefined;
          return SILENT.has(type) ? 'silent' : undefined;
        case 'attachment':
          if (type === '')
            return scan.code(members.value) === 123 && !isRendered(line) && !isSnapshot(line) ? 'silent' : undefined;
          break;
        case 'subtype':
          if (type === 'system') return members.string('turn_duration') === 'compact_boundary' ? undefined : 'silent';
          break;
        case 'data':
          if (type === 'progress') return isSilentProgress(scan, members.value) ? 'silent' : undefined;
          break;
        case 'message':
          if (message || type === 'progress' || type === 'system') return undefined;
          message = readMessage(scan, members.value, this.#known);
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
          if (message?.role !== 'assistant') return undefined;
          break;
        case 'parentUuid':
        case 'timestamp': {
          const isTime = members.key === 'timestamp';
          if (isTime) at = members.instant();
          else if (withUuids) parentUuid = members.string();
          const facts = (isTime ? this.#after : this.#before).pass(scan, members);
          if (!facts) break;
          isSide = facts.isSide ?? isSide;
          sessionId = facts.sessionId || sessionId;
          agentId = facts.agentId || agentId;
          cwd = facts.cwd || cwd;
          branch = facts.branch || branch;
          version = facts.version || version;
          break;
        }
        case 'isSidechain':
          isSide = members.flag();
          break;
        case 'sessionId':
          sessionId = members.string();
          break;
        case 'agentId':
          agentId = members.string();
          break;
        case 'cwd':
          cwd = members.string();
          break;
        case 'gitBranch':
          branch = members.string();
          break;
        case 'version':
          version = members.string();
          break;
        case 'forkedFrom':
          forkedFrom = textOf(objectOf(members.json())?.sessionId);
          break;
        case 'uuid':
          if (withUuids || type === 'user') uuid = members.string();
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
        case 'promptId':
          promptId = members.string();
          break;
        case 'promptSource':
          isNotice ||= members.string() === 'system';
          break;
        case 'origin':
          isNotice ||= objectOf(members.json())?.kind === 'task-notification';
          break;
        case 'isMeta':
        case 'isCompactSummary':
          isNotice ||= members.flag() === true;
          break;
        case 'isApiErrorMessage':
          if (members.flag()) return undefined;
          break;
      }
    }
    if (members.end < 0 || members.end !== line.length || !message) return undefined;
    const { role, results } = message;
    if (results) return type === 'user' ? resultOf(at, isSide, agentId, results, undefined) : undefined;
    // Without a session, or in a side chain within its parent's file, more of the record matters than is looked for here.
    if (sessionId === '' || (isSide && agentId === '')) return undefined;
    if (type === 'user') {
      if (!message.words || OPENS_NOTICE.has(message.words.opens)) return undefined;
      const { bytes } = message.words;
      const kind = 'prompt';
      const asked = isNotice ? undefined : bytes;
      const of = { sessionId, forkedFrom, agentId, isSide, cwd, branch, version, uuid, parentUuid, at };
      return { kind, ...of, promptId, bytes: asked };
    }
    if (role !== 'assistant' || (type !== 'assistant' && type !== '') || !message.id.startsWith('msg_'))
      return undefined;
    const { id: messageId, model, stopReason, told, toolUses, textBytes, reasoningBytes } = message;
    this.#known.messageId = messageId;
    this.#known.model = model;
    this.#requestId = requestId;
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
      parentUuid,
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
