/** What is wanted of a rollout's records, as paths: of all kinds in one plan, as a record says late of which it is. */
import { Plan, STEADY, TIME, WANTED, type Wish, WORD } from '../../tape/plan.ts';

const SOME_WORD = WANTED + WORD;

export const TYPE = 2;
export const STAMP = 3;
export const PAYLOAD = 4;
export const KIND = 5;

export const INFO = 10;
export const WINDOW = 11;
export const INFO_MODEL = 12;
export const MODEL_NAME = 13;
export const MODEL_SLUG = 14;
export const LIMITS = 15;
export const LIMIT_ID = 16;
export const PRIMARY = 17;
export const SECONDARY = 18;

/** A usage object, and behind it its counts in the order of `COUNTS`. */
export const TOTAL = 20;
export const LAST = 40;
export const COUNTS = [
  'input_tokens',
  'output_tokens',
  'reasoning_output_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'prompt_tokens',
  'completion_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'total_tokens',
] as const;

function usageAt(node: number, path: string): Wish[] {
  return [[node, path, WANTED], ...COUNTS.map((key, index): Wish => [node + 1 + index, `${path}.${key}`, WANTED])];
}

/** Values of a payload that readers ask for by their path in it; those of which there are few are words. */
const OTHERS =
  'call_id id arguments input action revised_prompt output content started_at model_context_window message invocation ' +
  'duration result exit_code success new_thread_id new_agent_role new_agent_nickname thread_name to_model ' +
  'compaction_response_id trigger_turn item item.id item.status item.exit_code item.duration item.arguments item.content';
const WORDS = 'name namespace role cwd model kind item.type item.server item.tool';
const FIRST_OTHER = 60;

const NODES: ReadonlyMap<string, number> = new Map([
  ...[...OTHERS.split(' '), ...WORDS.split(' '), 'turn_id'].map((path, index) => [path, FIRST_OTHER + index] as const),
  ['info', INFO],
]);

/** The node of a payload's value. Throws where the plan does not have it. */
export function nodeOf(path: string): number {
  const node = NODES.get(path);
  if (node === undefined) throw new Error(`Cannot read "${path}": the plan of a rollout's records does not have it`);
  return node;
}

function wishOf(path: string, how: number): Wish {
  return [nodeOf(path), `payload.${path}`, how];
}

export const RECORD = new Plan([
  [TYPE, 'type', SOME_WORD],
  [STAMP, 'timestamp', WANTED + TIME],
  [PAYLOAD, 'payload', WANTED],
  [KIND, 'payload.type', SOME_WORD],
  [INFO, 'payload.info', WANTED],
  [WINDOW, 'payload.info.model_context_window', WANTED],
  [INFO_MODEL, 'payload.info.model', SOME_WORD],
  [MODEL_NAME, 'payload.info.model_name', SOME_WORD],
  [MODEL_SLUG, 'payload.info.model_info.slug', SOME_WORD],
  [LIMITS, 'payload.rate_limits', WANTED],
  [LIMIT_ID, 'payload.rate_limits.limit_id', SOME_WORD],
  [PRIMARY, 'payload.rate_limits.primary', WANTED],
  [SECONDARY, 'payload.rate_limits.secondary', WANTED],
  ...usageAt(TOTAL, 'payload.info.total_token_usage'),
  ...usageAt(LAST, 'payload.info.last_token_usage'),
  ...OTHERS.split(' ').map((path) => wishOf(path, WANTED)),
  ...WORDS.split(' ').map((path) => wishOf(path, SOME_WORD)),
  wishOf('turn_id', WANTED + STEADY),
]);
