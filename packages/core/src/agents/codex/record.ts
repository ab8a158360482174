/**
 * One line of a rollout as what it tells us: a walk over its bytes finds what any kind of record may tell, and none of the
 * messages, reasoning and tool results, which most lines are, is parsed. Whatever is not laid out as JSON objects are goes
 * through a full parse, with the same outcome.
 */
import { OBJECT } from '../../tape/layout.ts';
import type { Tape } from '../../tape/tape.ts';
import type { Line } from '../agent.ts';
import { EVENT_READERS } from './events.ts';
import { Found } from './found.ts';
import { ITEM_READERS } from './items.ts';
import { text } from './meta.ts';
import { instant } from './stamp.ts';
import { record } from './tokens.ts';
import type { Decoded, Reader } from './told.ts';
import { spansOf } from './walk.ts';
import { KIND, PAYLOAD, RECORD, STAMP, TYPE } from './wishes.ts';

/** By type and, for types that have kinds, kind. */
const READERS = new Map<string, Map<string, Reader>>();
for (const [name, reader] of [...EVENT_READERS, ...ITEM_READERS]) {
  const [type = '', kind = ''] = name.split('/');
  READERS.set(type, (READERS.get(type) ?? new Map<string, Reader>()).set(kind, reader));
}

/** Whether records of a type are told apart by their payload's own `type`. */
function hasKinds(type: string): boolean {
  return type === 'event_msg' || type === 'response_item';
}

const FOUND = new Found();

/** Decides by what a walk over the line finds. */
export function decode(line: Line): Decoded {
  const tape = line.walk(RECORD);
  const found = FOUND;
  if (!tape || tape.outcome !== line.length || !found.sort(tape)) return decodeWhole(line);
  const type = found.text(TYPE);
  const payload = found.entry(PAYLOAD);
  if (type === '' || payload === 0 || tape.kind(payload) !== OBJECT) return decodeWhole(line);
  const reader = READERS.get(type)?.get(hasKinds(type) ? found.text(KIND) : '');
  if (!reader) return 'nothing';
  const told = reader(line, tape.from(payload), found);
  if (told === undefined) return decodeWhole(line);
  return typeof told === 'string' ? told : { at: instantIn(tape, found.entry(STAMP)), told };
}

/** UTC ms of the entry's time; 0 is no entry. */
function instantIn(tape: Tape, entry: number): number | undefined {
  return entry === 0 ? undefined : (tape.time(entry) ?? instant(tape.value(entry)));
}

/** The same by a full parse, however the line is laid out. */
export function decodeWhole(line: Line): Decoded {
  let whole: Readonly<Record<string, unknown>>;
  try {
    whole = record(line.json());
  } catch {
    return 'damaged';
  }
  const type = text(whole.type);
  if (type === '') return decodeBare(whole);
  const kind = hasKinds(type) ? text(record(whole.payload).type) : '';
  const reader = READERS.get(type)?.get(kind);
  if (!reader) return 'nothing';
  const payload = spansOf(line, Math.max(0, line.find('{')), ['payload'])?.[0] ?? -1;
  const told = payload === -1 ? 'unknown' : (reader(line, payload, undefined) ?? 'unknown');
  return typeof told === 'string' ? told : { at: instant(whole.timestamp), told };
}

/** The oldest files have no envelope: their head is bare, and lines of theirs tell of the recorder's own state. */
function decodeBare(whole: Readonly<Record<string, unknown>>): Decoded {
  if (typeof whole.id === 'string') return { at: instant(whole.timestamp), told: { is: 'meta', payload: whole } };
  return whole.record_type === undefined ? 'unknown' : 'nothing';
}
