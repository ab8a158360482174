/** What a batch tells besides calls: sessions, threads, prompts, compactions, plans' limits, and how far logs were read. */
import type { LedgerBatch, LimitEvent } from '@tokenmeter/core';
import type { CallWriter } from './append-calls.ts';
import type { CallIndex } from './call-index.ts';
import type { Knowledge } from './call-row.ts';
import { UNNAMED_CALLER } from './call-row.ts';
import type { Driver } from './driver.ts';
import type { Due } from './due.ts';
import { keepOpening } from './openings.ts';
import { mergeSession } from './session-row.ts';

export class SessionWriter {
  readonly #driver: Driver;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #calls: CallWriter;
  readonly #due: Due;

  constructor(driver: Driver, know: Knowledge, index: CallIndex, calls: CallWriter, due: Due) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#calls = calls;
    this.#due = due;
  }

  /** Words that calls of the same batch lean on: who threads are. Returns how many sessions learnt something. */
  appendNames(batch: LedgerBatch): number {
    const { directory } = this.#know;
    let learnt = 0;
    for (const event of batch.sessions) {
      const row = directory.session(event.agent, event.sessionId);
      const parent = row.parent_id;
      if (!mergeSession(row, event)) continue;
      // A fork begins with what its parent had.
      if (row.parent_id !== parent)
        this.#due.touch(directory.thread(event.agent, event.sessionId, row.id).id, Number.MIN_SAFE_INTEGER);
      directory.touchSession(row);
      learnt++;
    }
    for (const event of batch.threads) {
      const session = directory.session(event.agent, event.sessionId);
      const isRenamed = directory.learnThread(event, session.id);
      if (isRenamed) this.#nameCalls(directory.thread(event.agent, event.threadId, session.id).id);
    }
    return learnt;
  }

  /** Returns how many of them were news. */
  appendMarks(batch: LedgerBatch): number {
    const { words, directory } = this.#know;
    let news = 0;
    const place = (event: { agent: string; sessionId: string; threadId: string }) => {
      const session = directory.session(event.agent, event.sessionId);
      return [session.agent, session.id, directory.thread(event.agent, event.threadId, session.id).id] as const;
    };
    const prompt = this.#driver.prepare('INSERT INTO prompt VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    for (const event of batch.prompts) {
      const [agent, session, thread] = place(event);
      if (keepOpening(this.#driver, session, event)) news++;
      if (prompt.run(event.id, agent, session, thread, event.at, event.bytes) > 0) {
        this.#due.touch(thread, event.at);
        news++;
      } else this.#giveToAncestor('prompt', event.id, agent, session, thread);
    }
    const injected = this.#driver.prepare('INSERT INTO injected VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    for (const event of batch.injected) {
      const [, , thread] = place(event);
      if (injected.run(thread, event.at, event.id, words.id(event.kind), event.bytes, words.id(event.name)) > 0) {
        this.#due.touch(thread, event.at);
        news++;
      }
    }
    const compaction = this.#driver.prepare(
      'INSERT INTO compaction VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const event of batch.compactions) {
      const [agent, session, thread] = place(event);
      const values = [event.at, words.id(event.trigger), event.before ?? null, event.after ?? null];
      if (compaction.run(event.id, agent, session, thread, ...values) > 0) {
        this.#calls.moved.sessions.add(session);
        this.#due.touch(thread, event.at);
        news++;
      } else this.#giveToAncestor('compaction', event.id, agent, session, thread);
    }
    const pullRequest = this.#driver.prepare(
      'INSERT INTO pull_request VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at',
    );
    for (const event of batch.pullRequests) {
      const { id } = directory.session(event.agent, event.sessionId);
      if (pullRequest.run(id, event.url, event.at) === 0) continue;
      this.#calls.moved.sessions.add(id);
      news++;
    }
    const limit = this.#driver.prepare(
      `INSERT INTO plan_limit VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at,
        used_percent = excluded.used_percent, window_minutes = excluded.window_minutes,
        resets_at = excluded.resets_at, plan = excluded.plan WHERE excluded.at > at`,
    );
    for (const event of latestLimits(batch.limits)) {
      const figures = [event.usedPercent ?? null, event.windowMinutes ?? null, event.resetsAt ?? null];
      news += limit.run(words.id(event.agent), event.name, event.at, ...figures, event.plan);
    }
    return news;
  }

  appendCursors(batch: LedgerBatch, readAt: number): void {
    const cursor = this.#driver.prepare(
      'INSERT OR REPLACE INTO source_cursor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { source, ...at } of batch.cursors)
      cursor.run(
        this.#know.directory.source(source).id,
        at.fileId,
        at.offset,
        at.size,
        at.mtimeMs,
        at.headHash,
        at.headBytes,
        at.state,
        at.lineageId,
        at.lineageParent,
        at.lines,
        at.skippedDamaged,
        at.skippedUnknown,
        readAt,
        at.unread ?? '',
      );
  }

  /** A thread's name fills in for calls whose sub-agent nobody had named; their rollups move with them. */
  #nameCalls(thread: number): void {
    const unnamed = this.#know.words.find(UNNAMED_CALLER);
    if (unnamed === undefined) return;
    const session = this.#know.directory.threadById(thread)?.session ?? 0;
    const strands = this.#driver
      .prepare('SELECT id FROM strand WHERE session = ? AND thread = ? AND caller = ?')
      .all<{ id: number }>(session, thread, unnamed);
    if (strands.length === 0) return;
    this.#index.makeStrandIndex();
    for (const strand of strands)
      for (const { id } of this.#driver.prepare('SELECT id FROM call WHERE strand = ?').all<{ id: number }>(strand.id))
        this.#calls.refresh(id);
  }

  /** A fork's copy of a mark is the mark of the session it was forked from, whichever was read first. */
  #giveToAncestor(table: 'prompt' | 'compaction', id: string, agent: number, session: number, thread: number): void {
    const known = this.#driver
      .prepare(`SELECT session, thread, at FROM ${table} WHERE id = ? AND agent = ?`)
      .get<{ session: number; thread: number; at: number }>(id, agent);
    if (!known || known.session === session || !this.#descends(known.session, session)) return;
    this.#driver
      .prepare(`UPDATE ${table} SET session = ?, thread = ? WHERE id = ? AND agent = ?`)
      .run(session, thread, id, agent);
    this.#due.touch(known.thread, known.at);
    this.#due.touch(thread, known.at);
    this.#calls.moved.sessions.add(session).add(known.session);
  }

  #descends(session: number, ancestor: number): boolean {
    const top = this.#know.directory.sessionById(ancestor);
    let row = this.#know.directory.sessionById(session);
    for (let depth = 0; row && top && row.parent_id !== '' && depth < 64; depth++) {
      if (row.parent_id === top.session_id) return true;
      row = this.#know.directory.session(this.#know.words.text(row.agent), row.parent_id);
    }
    return false;
  }
}

/** Only the last word on each limit counts, and an agent says it with every call. */
function latestLimits(events: readonly LimitEvent[]): LimitEvent[] {
  const latest: LimitEvent[] = [];
  for (const event of events) {
    const index = latest.findIndex((known) => known.name === event.name && known.agent === event.agent);
    const known = latest[index];
    if (!known) latest.push(event);
    else if (event.at > known.at) latest[index] = event;
  }
  return latest;
}
