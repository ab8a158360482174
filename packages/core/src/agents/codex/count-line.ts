/**
 * Reads `token_count`, the most frequent record of which everything is wanted: from the places of its values, or from a
 * parse. Both ways tell the same.
 */
import { readCount } from '../../usage.ts';
import type { Line } from '../agent.ts';
import { text } from './meta.ts';
import type { Found } from './pick.ts';
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
  if (found) return readFound(line, found);
  try {
    return readParsed(line, payload, record(record(line.json()).payload));
  } catch {
    return undefined;
  }
}

/** The first byte of `null`. */
const NULL_BYTE = 110;
const MODEL = nodeOf('model');
const TOTAL_TOKENS = 1 + COUNTS.indexOf('total_tokens');

function readFound(line: Line, found: Found): Count | 'unknown' {
  const windows = [found.from(PRIMARY), found.from(SECONDARY)];
  const limits = limitsAt(line, [found.from(LIMITS), found.to(LIMITS)], found.text(LIMIT_ID), windows);
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

/** `windows`: where those lie, -1 for one that is not told. */
function limitsAt(line: Line, span: Span, id: string, windows: readonly number[]): SpelledLimits | undefined {
  const [from, to] = span;
  if (from < 0 || line.byte(from) === NULL_BYTE) return undefined;
  const told = windows.map((at) => at >= 0 && line.byte(at) !== NULL_BYTE);
  return { of: `${id}/${told.join()}`, json: line.text(from, to) };
}

type Span = readonly [from: number, to: number];

function limitsIn(line: Line, payload: number, id: string): SpelledLimits | undefined {
  const [from = -1, to = -1] = spansOf(line, payload, ['rate_limits']) ?? [];
  const [primary = -1, , secondary = -1] = (from >= 0 && spansOf(line, from, ['primary', 'secondary'])) || [];
  return limitsAt(line, [from, to], id, [primary, secondary]);
}

function readParsed(line: Line, at: number, payload: Readonly<Record<string, unknown>>): Count | 'unknown' {
  const limits = limitsIn(line, at, text(record(payload.rate_limits).limit_id));
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
