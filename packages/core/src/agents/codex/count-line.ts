/**
 * Reads `token_count`, the most frequent record of which everything is wanted: by a pattern where it is laid out as
 * Codex lays it out, else by a parse. Both ways tell the same.
 */

import { readCount } from '../../usage.ts';
import type { Line } from '../agent.ts';
import { text } from './meta.ts';
import { isNothing, readTokens, record, type Tokens } from './tokens.ts';
import type { Count } from './told.ts';

export function readCountLine(line: Line, payload: number, head: string): Count | 'unknown' | undefined {
  const quick = head === '' ? undefined : readQuickly(line.latin1(payload, line.length));
  if (quick) return quick;
  try {
    return readParsed(record(record(line.json()).payload));
  } catch {
    return undefined;
  }
}

function readParsed(payload: Readonly<Record<string, unknown>>): Count | 'unknown' {
  const limits = payload.rate_limits ?? undefined;
  const told = payload.info ?? undefined;
  const info = record(told);
  const total = readTokens(info.total_token_usage);
  const last = readTokens(info.last_token_usage);
  if (!total && !last && (told !== undefined || limits === undefined)) return 'unknown';
  const named = text(payload.model) || text(info.model) || text(info.model_name) || text(record(info.model_info).slug);
  const left = last && isNothing(last) ? readCount(record(info.last_token_usage).total_tokens) : 0;
  const window = readCount(info.model_context_window) ?? 0;
  return { is: 'count', total, last, window, model: named, context: left ?? 0, limits };
}

/** Never more than MOST_TOKENS: what is longer is left to the parse. */
const COUNT = '(\\d{1,12})';
const USAGE =
  `\\{"input_tokens":${COUNT},"cached_input_tokens":${COUNT},(?:"cache_write_input_tokens":${COUNT},)?` +
  `"output_tokens":${COUNT},"reasoning_output_tokens":${COUNT},"total_tokens":\\d{1,15}\\}`;
const PLAIN_COUNT = new RegExp(
  `^\\{"type":"token_count","info":(?:null|\\{"total_token_usage":${USAGE},"last_token_usage":${USAGE},` +
    `(?:"last_usage_includes_reasoning":(?:true|false),)?"model_context_window":${COUNT}\\}),"rate_limits":`,
);

/** From the payload's brace to the end of the line; undefined where anything is not as expected. */
function readQuickly(line: string): Count | undefined {
  const plain = PLAIN_COUNT.exec(line);
  if (!plain || !line.endsWith('}}')) return undefined;
  const hasInfo = plain[1] !== undefined;
  const total = hasInfo ? tokensOf(plain, 1) : undefined;
  const last = hasInfo ? tokensOf(plain, 6) : undefined;
  if (last && isNothing(last)) return undefined;
  const limits = parseLimits(line.slice(plain[0].length, -2));
  if (!limits || (!hasInfo && limits.value === null)) return undefined;
  const window = hasInfo ? Number(plain[11]) : 0;
  return { is: 'count', total, last, window, model: '', context: 0, limits: limits.value ?? undefined };
}

function tokensOf(plain: RegExpExecArray, first: number): Tokens {
  return {
    input: Number(plain[first]),
    cached: Number(plain[first + 1]),
    written: Number(plain[first + 2] ?? 0),
    output: Number(plain[first + 3]),
    reasoning: Number(plain[first + 4]),
  };
}

/** The limits before these: most counters repeat them. */
let before: { readonly text: string; readonly value: unknown } = { text: 'null', value: null };

function parseLimits(said: string): { readonly value: unknown } | undefined {
  if (said === before.text) return before;
  const plain = PLAIN_LIMITS.exec(said);
  if (plain) {
    const [, limit_id, used = '', minutes = '', resets = '', used2 = '', minutes2 = '', resets2 = '', plan_type] =
      plain;
    const [primary, secondary] = [limitOf(used, minutes, resets), limitOf(used2, minutes2, resets2)];
    before = { text: said, value: { limit_id, primary, secondary, plan_type } };
    return before;
  }
  if (!ASCII.test(said)) return undefined;
  try {
    before = { text: said, value: JSON.parse(said) };
    return before;
  } catch {
    return undefined;
  }
}

function limitOf(used: string, minutes: string, resets: string) {
  return { used_percent: Number(used), window_minutes: Number(minutes), resets_at: Number(resets) };
}

const ASCII = /^[\x20-\x7e]*$/;
const PLAIN_LIMIT =
  '\\{"used_percent":(\\d{1,9}(?:\\.\\d{1,9})?),"window_minutes":(\\d{1,9}),"resets_at":(\\d{1,12})\\}';
/** Both windows told, as they mostly are; a pattern is twice as fast as a parse. */
const PLAIN_LIMITS = new RegExp(
  `^\\{"limit_id":"(\\w+)",(?:"limit_name":null,)?"primary":${PLAIN_LIMIT},"secondary":${PLAIN_LIMIT},"credits":null,` +
    '(?:"individual_limit":null,"spend_control_reached":null,)?"plan_type":"(\\w+)"(?:,"rate_limit_reached_type":null)?\\}$',
);
