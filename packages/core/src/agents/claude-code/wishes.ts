/**
 * What is wanted of a record's bytes, as paths. It refuses everything that is told in other words elsewhere: whoever wants
 * more of a record reads it as JSON.
 */
import { FIRST, GATE, PAUSE, Plan, STEADY, TIME, WANTED, type Wish, WORD } from '../../tape/plan.ts';

const SOME_WORD = WANTED + WORD;

export const TYPE = 2;
export const SUBTYPE = 3;
export const TIMESTAMP = 4;
export const SESSION_ID = 5;
export const AGENT_ID = 6;
export const IS_SIDECHAIN = 7;
export const CWD = 8;
export const GIT_BRANCH = 9;
export const VERSION = 10;
export const UUID = 11;
export const REQUEST_ID = 13;
export const FORKED_FROM = 14;
export const ATTRIBUTION_AGENT = 15;
export const IS_ABORTED = 16;
export const PROMPT_ID = 17;
export const PROMPT_SOURCE = 18;
export const ORIGIN_KIND = 19;
export const IS_META = 20;
export const IS_SUMMARY = 21;
export const IS_API_ERROR = 22;
export const DATA_TYPE = 23;
export const ATTACHMENT = 24;
export const OUTCOME = 25;

export const MESSAGE = 30;
export const ROLE = 31;
export const MESSAGE_ID = 32;
export const MODEL = 33;
export const STOP_REASON = 34;
export const CONTENT = 35;

export const USAGE = 40;
export const INPUT_TOKENS = 41;
export const CACHE_READ = 42;
export const CACHE_WRITE = 43;
export const FIVE_MINUTES = 44;
export const ONE_HOUR = 45;
export const OUTPUT_TOKENS = 46;
export const THINKING_TOKENS = 47;
export const WEB_SEARCHES = 48;
export const SERVICE_TIER = 49;
export const SPEED = 50;
export const GEO = 51;
export const ITERATION = 52;

const BLOCK = 60;
export const BLOCK_TYPE = 61;
export const BLOCK_ID = 62;
export const NAME = 63;
export const TOOL_USE_ID = 64;
export const IS_ERROR = 65;
export const INPUT = 66;
export const TEXT = 67;
export const THINKING = 68;
export const SIGNATURE = 69;
export const CIPHER = 70;
export const RESULT = 71;

const IN_MESSAGE: readonly Wish[] = [
  [MESSAGE, 'message', WANTED],
  [ROLE, 'message.role', SOME_WORD],
  [MESSAGE_ID, 'message.id', WANTED + STEADY],
  [MODEL, 'message.model', SOME_WORD],
  [STOP_REASON, 'message.stop_reason', SOME_WORD],
  [USAGE, 'message.usage', WANTED],
  [INPUT_TOKENS, 'message.usage.input_tokens', WANTED],
  [CACHE_READ, 'message.usage.cache_read_input_tokens', WANTED],
  [CACHE_WRITE, 'message.usage.cache_creation_input_tokens', WANTED],
  [FIVE_MINUTES, 'message.usage.cache_creation.ephemeral_5m_input_tokens', WANTED],
  [ONE_HOUR, 'message.usage.cache_creation.ephemeral_1h_input_tokens', WANTED],
  [OUTPUT_TOKENS, 'message.usage.output_tokens', WANTED],
  [THINKING_TOKENS, 'message.usage.output_tokens_details.thinking_tokens', WANTED],
  [WEB_SEARCHES, 'message.usage.server_tool_use.web_search_requests', WANTED],
  [SERVICE_TIER, 'message.usage.service_tier', SOME_WORD],
  [SPEED, 'message.usage.speed', SOME_WORD],
  [GEO, 'message.usage.inference_geo', SOME_WORD],
  [ITERATION, 'message.usage.iterations.[].type', SOME_WORD],
  [CONTENT, 'message.content', WANTED],
  [BLOCK, 'message.content.[]', WANTED],
  [BLOCK_TYPE, 'message.content.[].type', SOME_WORD],
  [BLOCK_ID, 'message.content.[].id', WANTED],
  [NAME, 'message.content.[].name', SOME_WORD],
  [TOOL_USE_ID, 'message.content.[].tool_use_id', WANTED],
  [IS_ERROR, 'message.content.[].is_error', WANTED],
  [INPUT, 'message.content.[].input', WANTED + FIRST],
  [TEXT, 'message.content.[].text', WANTED],
  [THINKING, 'message.content.[].thinking', WANTED],
  [SIGNATURE, 'message.content.[].signature', WANTED],
  [CIPHER, 'message.content.[].data', WANTED],
  [RESULT, 'message.content.[].content', WANTED],
];

/** Of a record: where and when it was written, and its message. Records of other types are left at their type. */
export const RECORD = new Plan(
  [
    [TYPE, 'type', SOME_WORD + GATE],
    [SUBTYPE, 'subtype', SOME_WORD],
    [TIMESTAMP, 'timestamp', WANTED + TIME],
    [SESSION_ID, 'sessionId', SOME_WORD],
    [AGENT_ID, 'agentId', SOME_WORD],
    [IS_SIDECHAIN, 'isSidechain', WANTED],
    [CWD, 'cwd', SOME_WORD],
    [GIT_BRANCH, 'gitBranch', SOME_WORD],
    [VERSION, 'version', SOME_WORD],
    [UUID, 'uuid', WANTED],
    [REQUEST_ID, 'requestId', WANTED + STEADY],
    [FORKED_FROM, 'forkedFrom.sessionId', SOME_WORD],
    [ATTRIBUTION_AGENT, 'attributionAgent', SOME_WORD],
    [IS_ABORTED, 'isAbortedMidStream', WANTED],
    [PROMPT_ID, 'promptId', WANTED],
    [PROMPT_SOURCE, 'promptSource', SOME_WORD],
    [ORIGIN_KIND, 'origin.kind', SOME_WORD],
    [IS_META, 'isMeta', WANTED],
    [IS_SUMMARY, 'isCompactSummary', WANTED],
    [IS_API_ERROR, 'isApiErrorMessage', WANTED],
    [DATA_TYPE, 'data.type', SOME_WORD],
    [ATTACHMENT, 'attachment', PAUSE],
    [OUTCOME, 'toolUseResult', PAUSE],
    ...IN_MESSAGE,
  ],
  ['assistant', 'user', 'progress', 'system'],
);

/** What is told beside a result, by the node of its key. */
const OUTCOME_KEYS = 'agentId agentType searchCount durationMs totalDurationMs durationSeconds'.split(' ');
const FIRST_OUTCOME = 2;

export const OUTCOME_FIGURES = new Plan(OUTCOME_KEYS.map((key, index): Wish => [FIRST_OUTCOME + index, key, WANTED]));

export function outcomeKey(node: number): string {
  return OUTCOME_KEYS[node - FIRST_OUTCOME] ?? '';
}
