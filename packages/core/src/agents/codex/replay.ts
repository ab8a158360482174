/**
 * Tells a forked or spawned session's own work from the copy of its parent's history at the head of its file. It decides
 * record by record, without looking ahead, and refuses to trust times alone: copies are often stamped anew.
 *
 * Decision. A file that names no parent is its own from the first record. One that does begins in the copy and stays
 * there until a record tells that the session's own work has begun:
 *
 *     own work begins at                                                because
 *     a task or turn whose id (UUIDv7) was made after the session       ids keep their time when records are stamped anew
 *     a task whose `started_at` is not before the session's second      so does this (older ids carry no time)
 *     a task without either, more than 5 s after the file was begun     copies are written in one go; people and
 *       and more than 5 s after the record before it                    sub-agents' parents pause
 *     `trigger_turn` in a sub-agent's file, outside of a copy           newer sub-agents start so
 *
 * Until then a counter is
 *
 *     a copy, passed over     if it is stamped before the session was made (copies that kept their times),
 *                             if the latest task or turn told that it is older than the session,
 *                             if it falls within 5 s of the file's beginning and either a second `session_meta` was seen
 *                             (a parent's head, copied) or it comes in a burst: less than 100 ms after the counter before
 *     undecided, counted      otherwise, under a name made in the scope of the lineage's root (identity.ts): where the
 *                             parent is known, its own call has the same name and the two are one; where it is not,
 *                             siblings' copies still collapse into one
 *
 * Own calls are named in the scope of the session itself, so that siblings doing equal work stay apart, and own calls
 * within one second of the session's making count. What this cannot tell: a copy stamped over many seconds, of a parent
 * whose file is gone and with no sibling, in a version without turn ids counts once, as this session's.
 */
import type { Meta } from './meta.ts';

/** Plain JSON. */
export interface Replay {
  isOwn: boolean;
  /** The latest task or turn told that it is older than the session. */
  isOld: boolean;
  /** A second `session_meta` was seen. */
  hasParentHead: boolean;
  /** UTC ms at which the file was begun: later than the session was made, where its first lines waited to be written. */
  readonly begunAt: number;
  /** Time of the latest counter, and of the latest record looked at. */
  counterAt: number;
  recordAt: number;
}

export type Provenance = 'own' | 'copy' | 'undecided';

const AT_ONCE_MS = 5000;
const BURST_MS = 100;
const SAME_CLOCK_MS = 60_000;

export function newReplay(meta: Meta, at: number): Replay {
  const begunAt = Math.max(at, meta.createdAt);
  return { isOwn: meta.parentId === '', isOld: false, hasParentHead: false, begunAt, counterAt: at, recordAt: at };
}

/** Whose record this is, by what was seen so far and its time. */
export function provenance(replay: Replay, meta: Meta, at: number): Provenance {
  if (replay.isOwn) return 'own';
  if (at < meta.createdAt || replay.isOld) return 'copy';
  if (at > replay.begunAt + AT_ONCE_MS) return 'undecided';
  return replay.hasParentHead || at - replay.counterAt < BURST_MS ? 'copy' : 'undecided';
}

/** A task started (`startedAt` in s) or a turn's context was written (then `startedAt` is 'turn'). */
export function seeTurn(
  replay: Replay,
  meta: Meta,
  turnId: string,
  startedAt: number | undefined | 'turn',
  at: number,
): void {
  if (replay.isOwn) return;
  const made = idTime(turnId);
  const [ownMade, reference] = [idTime(meta.id), meta.createdAt];
  const since = ownMade !== undefined && Math.abs(ownMade - reference) < SAME_CLOCK_MS ? ownMade : reference;
  if (made !== undefined) decide(replay, startedAt === 'turn' ? made > since : made >= since, made < since);
  else if (startedAt === 'turn') return;
  else if (startedAt !== undefined) decide(replay, startedAt >= Math.floor(reference / 1000), true);
  else if (at - Math.max(replay.begunAt, replay.recordAt) > AT_ONCE_MS) decide(replay, true, false);
}

function decide(replay: Replay, isOwn: boolean, isOld: boolean): void {
  replay.isOwn = isOwn;
  replay.isOld = !isOwn && isOld;
}

/** UTC ms in a version 7 UUID, undefined for any other id. */
function idTime(id: string): number | undefined {
  return UUID7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
