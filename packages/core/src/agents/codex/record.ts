/**
 * One line of a rollout as what it tells us, decided from its first bytes: most lines are messages, reasoning and tool
 * results, and none of those is parsed. Whatever is not laid out as Codex lays it out goes through a full parse, with the
 * same outcome.
 */
import type { Line } from '../agent.ts';
import { EVENT_READERS } from './events.ts';
import { hasKinds, readHead } from './head.ts';
import { ITEM_READERS } from './items.ts';
import { text } from './meta.ts';
import { endsWhole } from './pick.ts';
import { instant } from './stamp.ts';
import { record } from './tokens.ts';
import type { Decoded, Reader } from './told.ts';
import { spansOf } from './walk.ts';

/** By type and, for types that have kinds, kind. */
const READERS = new Map<string, Map<string, Reader>>();
for (const [name, reader] of [...EVENT_READERS, ...ITEM_READERS]) {
  const [type = '', kind = ''] = name.split('/');
  READERS.set(type, (READERS.get(type) ?? new Map<string, Reader>()).set(kind, reader));
}

/** Decides by the head of the line. */
export function decode(line: Line): Decoded {
  const head = readHead(line);
  if (!head) return decodeWhole(line);
  const reader = READERS.get(head.type)?.get(head.kind);
  if (!reader) return endsWhole(line) ? 'nothing' : decodeWhole(line);
  const told = reader(line, head.payload, head.text);
  if (told === undefined) return decodeWhole(line);
  return typeof told === 'string' ? told : { at: instant(head.stamp), told };
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
  const payload = spansOf(line, '', Math.max(0, line.find('{')), ['payload'])?.[0] ?? -1;
  const told = payload === -1 ? 'unknown' : (reader(line, payload, '') ?? 'unknown');
  return typeof told === 'string' ? told : { at: instant(whole.timestamp), told };
}

/** The oldest files have no envelope: their head is bare, and lines of theirs tell of the recorder's own state. */
function decodeBare(whole: Readonly<Record<string, unknown>>): Decoded {
  if (typeof whole.id === 'string') return { at: instant(whole.timestamp), told: { is: 'meta', payload: whole } };
  return whole.record_type === undefined ? 'unknown' : 'nothing';
}
