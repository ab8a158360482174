/**
 * Reads `token_count`, the most frequent record of which everything is wanted: in one pass over its characters where it
 * is laid out as Codex lays it out, else by a parse. Both ways tell the same.
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

const START = '{"type":"token_count","info":';
const TOTAL = '"total_token_usage":{';
const LAST = '"last_token_usage":{';
const WINDOW = '"model_context_window":';
const INCLUDES = '"last_usage_includes_reasoning":';
const LIMITS = ',"rate_limits":';

/** From the payload's brace to the end of the line; undefined where anything is not as expected. */
function readQuickly(line: string): Count | undefined {
  if (!line.startsWith(START)) return undefined;
  let at = START.length;
  let total: Tokens | undefined;
  let last: Tokens | undefined;
  let window = 0;
  if (line.startsWith('null', at)) at += 4;
  else {
    if (line.charCodeAt(at) !== 123) return undefined;
    do {
      at++;
      if (line.startsWith(TOTAL, at)) {
        const end = line.indexOf('}', at);
        total = tokensIn(line, at + TOTAL.length, end);
        if (!total) return undefined;
        at = end + 1;
      } else if (line.startsWith(LAST, at)) {
        const end = line.indexOf('}', at);
        last = tokensIn(line, at + LAST.length, end);
        if (!last || isNothing(last)) return undefined;
        at = end + 1;
      } else if (line.startsWith(WINDOW, at)) {
        at += WINDOW.length;
        const from = at;
        for (window = 0; isDigit(line.charCodeAt(at)); at++) window = window * 10 + line.charCodeAt(at) - 48;
        if (at === from || at - from > 15) return undefined;
      } else if (line.startsWith(INCLUDES, at)) {
        at += INCLUDES.length;
        if (line.startsWith('false', at)) at += 5;
        else if (line.startsWith('true', at)) at += 4;
      } else return undefined;
    } while (line.charCodeAt(at) === 44);
    if (line.charCodeAt(at) !== 125 || (!total && !last)) return undefined;
    at++;
  }
  if (!line.startsWith(LIMITS, at) || !line.endsWith('}}')) return undefined;
  const limits = parseLimits(line.slice(at + LIMITS.length, -2));
  return limits && { is: 'count', total, last, window, model: '', context: 0, limits: limits.value ?? undefined };
}

/** The limits before these: most counters repeat them. */
let before: { readonly text: string; readonly value: unknown } = { text: 'null', value: null };

function parseLimits(said: string): { readonly value: unknown } | undefined {
  if (said === before.text) return before;
  if (!ASCII.test(said)) return undefined;
  try {
    before = { text: said, value: JSON.parse(said) };
    return before;
  } catch {
    return undefined;
  }
}

const ASCII = /^[\x20-\x7e]*$/;

/** The counts between an object's braces; undefined where one is no plain number or has a name we do not know. */
function tokensIn(line: string, from: number, to: number): Tokens | undefined {
  let input = -1;
  let cached = 0;
  let written = 0;
  let output = -1;
  let reasoning: number | undefined;
  for (let at = from; at < to; at++) {
    const colon = line.indexOf('":', at);
    let number = 0;
    let digit = colon + 2;
    for (; isDigit(line.charCodeAt(digit)); digit++) number = number * 10 + line.charCodeAt(digit) - 48;
    if (colon === -1 || digit === colon + 2 || digit - colon > 17) return undefined;
    switch (colon - at) {
      case 13:
        if (line.startsWith('"input_tokens', at)) input = number;
        else if (!line.startsWith('"total_tokens', at)) return undefined;
        break;
      case 14:
        if (!line.startsWith('"output_tokens', at)) return undefined;
        output = number;
        break;
      case 20:
        if (!line.startsWith('"cached_input_tokens', at)) return undefined;
        cached = number;
        break;
      case 24:
        if (!line.startsWith('"reasoning_output_tokens', at)) return undefined;
        reasoning = number;
        break;
      case 25:
        if (!line.startsWith('"cache_write_input_tokens', at)) return undefined;
        written = number;
        break;
      default:
        return undefined;
    }
    if (digit !== to && line.charCodeAt(digit) !== 44) return undefined;
    at = digit;
  }
  return input === -1 || output === -1 ? undefined : { input, cached, written, output, reasoning };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
