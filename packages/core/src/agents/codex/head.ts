/**
 * The first bytes of a line: what kind of record it is and where its payload begins, without parsing it. It refuses
 * layouts other than Codex's own; those lines are parsed whole.
 */
import type { Line } from '../agent.ts';

export interface Head {
  /** See `keyOf`. */
  readonly key: string;
  readonly stamp: string;
  /** Position of the payload's brace. */
  readonly payload: number;
  /** The first bytes of the line, one character each. */
  readonly text: string;
}

const HEAD_BYTES = 256;
const STAMP = '{"timestamp":"';
/** Where the type begins after a stamp of the usual length. */
const TYPE = 48;
const KIND = '","payload":{"type":"';

/**
 * What a record is: its type, and for types whose payload names a kind that kind too. They are joined as the log joins
 * them, so that the key of most lines is a piece of the line.
 */
export function keyOf(type: string, kind: string): string {
  return hasKinds(type) ? type + KIND + kind : type;
}

function hasKinds(type: string): boolean {
  return type === 'event_msg' || type === 'response_item';
}

/** Type, time and place of the payload where they come before it, unescaped and without spaces; else undefined. */
export function readHead(line: Line): Head | undefined {
  const text = line.latin1(0, Math.min(HEAD_BYTES, line.length));
  if (text.startsWith('","type":"', TYPE - 10) && text.startsWith(STAMP)) {
    const end = text.indexOf('"', TYPE);
    if (text.startsWith(KIND, end)) {
      const kindEnd = text.indexOf('"', end + KIND.length);
      const isKind = kindEnd !== -1 && hasKinds(text.slice(TYPE, end));
      if (isKind) return headOf(text, text.slice(TYPE, kindEnd), text.slice(STAMP.length, TYPE - 10), end + 12);
    }
  }
  return walkHead(text);
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
  if (type === '') return undefined;
  if (!hasKinds(type)) return headOf(text, type, stamp, payload);
  if (!text.startsWith('"type":"', payload + 1)) return undefined;
  const end = text.indexOf('"', payload + 9);
  return end === -1 ? undefined : headOf(text, keyOf(type, text.slice(payload + 9, end)), stamp, payload);
}

function headOf(text: string, key: string, stamp: string, payload: number): Head | undefined {
  return key.includes('\\') ? undefined : { key, stamp, payload, text };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
