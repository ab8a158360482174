/**
 * The first bytes of a line: what kind of record it is and where its payload begins, without parsing it. It refuses
 * layouts other than Codex's own; those lines are parsed whole.
 */
import type { Line } from '../agent.ts';

export interface Head {
  readonly type: string;
  /** The payload's own type for records that are told apart by it, else ''. */
  readonly kind: string;
  readonly stamp: string;
  /** Position of the payload's brace. */
  readonly payload: number;
  /** The first bytes of the line, one character each. */
  readonly text: string;
}

const HEAD_BYTES = 256;
const STAMP = '{"timestamp":"';
/** Where a stamp of the usual length ends, and what follows it in most lines. */
const STAMP_END = 38;
const ITEM = '","type":"response_item","payload":{"type":"';
const EVENT = '","type":"event_msg","payload":{"type":"';

/** Whether records of a type are told apart by their payload's own `type`. */
export function hasKinds(type: string): boolean {
  return type === 'event_msg' || type === 'response_item';
}

/** Type, time and place of the payload where they come before it, unescaped and without spaces; else undefined. */
export function readHead(line: Line): Head | undefined {
  const text = line.latin1(0, Math.min(HEAD_BYTES, line.length));
  if (!text.startsWith(STAMP)) return walkHead(text);
  const isItem = text.startsWith(ITEM, STAMP_END);
  if (!isItem && !text.startsWith(EVENT, STAMP_END)) return walkHead(text);
  const from = STAMP_END + (isItem ? ITEM.length : EVENT.length);
  const stamp = text.slice(STAMP.length, STAMP_END);
  return kindHead(text, isItem ? 'response_item' : 'event_msg', stamp, from);
}

/** The same for any order of the envelope's keys. */
function walkHead(text: string): Head | undefined {
  let type = '';
  let stamp = '';
  if (text.charCodeAt(0) !== 123) return undefined;
  for (let at = 1; ; at++) {
    let from: number;
    if (text.startsWith('"timestamp":"', at)) from = at + 13;
    else if (text.startsWith('"type":"', at)) from = at + 8;
    else if (text.startsWith('"payload":{', at)) return payloadHead(text, type, stamp, at + 10);
    else if (text.startsWith('"ordinal":', at)) from = -1;
    else return undefined;
    if (from === -1) {
      at += 10;
      while (isDigit(text.charCodeAt(at))) at++;
    } else {
      const to = text.indexOf('"', from);
      if (to === -1) return undefined;
      if (from - at === 8) type = text.slice(from, to);
      else stamp = text.slice(from, to);
      at = to + 1;
    }
    if (text.charCodeAt(at) !== 44) return undefined;
  }
}

function payloadHead(text: string, type: string, stamp: string, payload: number): Head | undefined {
  if (type === '' || type.includes('\\')) return undefined;
  if (!hasKinds(type)) return { type, kind: '', stamp, payload, text };
  return text.startsWith('"type":"', payload + 1) ? kindHead(text, type, stamp, payload + 9) : undefined;
}

/** `from` is where the payload's own type begins, nine characters behind the payload's brace. */
function kindHead(text: string, type: string, stamp: string, from: number): Head | undefined {
  const end = text.indexOf('"', from);
  const kind = text.slice(from, end);
  return end === -1 || kind.includes('\\') ? undefined : { type, kind, stamp, payload: from - 9, text };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
