/**
 * Reads `token_count`, the most frequent record of which everything is wanted: from the places of its values, or from a
 * parse. Both ways tell the same.
 */
import { readCount } from '../../usage.ts';
import type { Line } from '../agent.ts';
import { objectOf } from '../json.ts';
import type { Found } from './found.ts';
import { text } from './meta.ts';
import { isNothing, readTokens, record, type Tokens, tokensBy } from './tokens.ts';
import type { Count, SpelledLimits } from './told.ts';
import { spansOf } from './walk.ts';
import {
  COUNTS,
  INFO,
  INFO_MODEL,
  LAST,
  LIMIT_ID,
  LIMITS,
  MODEL_NAME,
  MODEL_SLUG,
  nodeOf,
  PRIMARY,
  SECONDARY,
  TOTAL,
  WINDOW,
} from './wishes.ts';

export function readCountLine(line: Line, payload: number, found: Found | undefined): Count | 'unknown' | undefined {
  if (found) return readFound(found);
  try {
    return readParsed(line, payload, record(record(line.json()).payload));
  } catch {
    return undefined;
  }
}

const MODEL = nodeOf('model');
const TOTAL_TOKENS = 1 + COUNTS.indexOf('total_tokens');

function readFound(found: Found): Count | 'unknown' {
  const limits = limitsFound(found);
  const total = tokensIn(found, TOTAL);
  const last = tokensIn(found, LAST);
  if (!total && !last && (limits === undefined || (found.value(INFO) ?? undefined) !== undefined)) return 'unknown';
  const model = found.text(MODEL) || found.text(INFO_MODEL) || found.text(MODEL_NAME) || found.text(MODEL_SLUG);
  const left = last && isNothing(last) ? found.count(LAST + TOTAL_TOKENS) : 0;
  return { is: 'count', total, last, window: found.count(WINDOW) ?? 0, model, context: left ?? 0, limits };
}

/** The counts of the usage object at a node. */
function tokensIn(found: Found, node: number): Tokens | undefined {
  if (found.entry(node) === 0) return undefined;
  return tokensBy((key) => found.count(node + 1 + COUNTS.indexOf(key)));
}

function limitsFound(found: Found): SpelledLimits | undefined {
  if (!found.isObject(LIMITS)) return undefined;
  const json = found.spelled(LIMITS);
  return { id: found.text(LIMIT_ID), hasPrimary: found.has(PRIMARY), hasSecondary: found.has(SECONDARY), json };
}

function limitsIn(line: Line, payload: number, told: unknown): SpelledLimits | undefined {
  if (objectOf(told) === undefined) return undefined;
  const [from = 0, to = 0] = spansOf(line, payload, ['rate_limits']) ?? [];
  const { limit_id: id, primary, secondary } = record(told);
  const [hasPrimary, hasSecondary] = [primary, secondary].map((window) => window !== undefined && window !== null);
  return {
    id: text(id),
    hasPrimary: hasPrimary === true,
    hasSecondary: hasSecondary === true,
    json: line.text(from, to),
  };
}

function readParsed(line: Line, at: number, payload: Readonly<Record<string, unknown>>): Count | 'unknown' {
  const limits = limitsIn(line, at, payload.rate_limits);
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
