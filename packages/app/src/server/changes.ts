/**
 * The stream of ledger changes: at most one frame each 250 ms, leading and trailing. A slow client gets its changes folded
 * into one. Frames say that something moved, never by how much a total did: pages ask again, so a lost frame costs nothing.
 */
import type { Clock, WireChange, WireHello, WireImport } from '@tokenmeter/core';
import { wireInstant } from '@tokenmeter/core';
import type { House, Ingest, LedgerChange, ScanProgress } from '../house.ts';
import { Broadcast, type Told } from './broadcast.ts';

const FRAME_MS = 250;
const PROGRESS_MS = 1_000;
/** Frames kept for clients that come back. */
const REMEMBERED = 256;
/** Above this many sessions a change names none: everything may have moved. */
const SESSIONS_NAMED = 200;
const CLIENTS = 256;

export class ChangeFeed {
  readonly #clock: Clock;
  readonly #ingest: Ingest;
  readonly #broadcast: Broadcast;
  readonly #unsubscribe: readonly (() => void)[];
  #waiting: WireChange | undefined;
  #frameTimer: NodeJS.Timeout | undefined;
  #progressTimer: NodeJS.Timeout | undefined;
  #progress: ScanProgress | undefined;
  #seq = 0;

  constructor(ingest: Ingest, clock: Clock, settings?: Pick<House, 'onConfigure'>) {
    this.#clock = clock;
    this.#ingest = ingest;
    this.#broadcast = new Broadcast({
      epoch: clock.now().toString(36),
      clients: CLIENTS,
      remembered: REMEMBERED,
      fold: (earlier, later) => ({ ...later, data: foldChanges(changeOf(earlier), changeOf(later)) }),
    });
    this.#unsubscribe = [
      ingest.onChange((change) => this.#hear(change)),
      ...(settings ? [settings.onConfigure(() => this.#tellSettings())] : []),
    ];
  }

  /** Clients connected now. */
  get size(): number {
    return this.#broadcast.size;
  }

  /** Whether one more may connect. */
  get hasRoom(): boolean {
    return this.#broadcast.hasRoom;
  }

  /** The seq of the last change, with or without a frame of its own yet. */
  get seq(): number {
    return this.#seq;
  }

  /** A client's stream: `hello`, then what it missed since `lastEventId` where that is still known, then what comes. */
  connect(lastEventId: string | undefined, hangUp?: () => void): ReadableStream<Uint8Array> {
    return this.#broadcast.connect(() => {
      this.#progressTimer ??= setInterval(() => this.#tellProgress(), PROGRESS_MS).unref();
      return { greeting: this.#greet(lastEventId) };
    }, hangUp);
  }

  /** Ends every stream. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    clearTimeout(this.#frameTimer);
    clearInterval(this.#progressTimer);
    this.#broadcast.close();
  }

  #hear(change: LedgerChange): void {
    this.#seq = Math.max(this.#seq, change.seq);
    const heard: WireChange = {
      seq: change.seq,
      at: wireInstant(change.at),
      inserted: change.inserted,
      changed: change.changed,
      sessions: change.sessions.length > SESSIONS_NAMED ? [] : change.sessions,
    };
    this.#waiting = this.#waiting ? foldChanges(this.#waiting, heard) : heard;
    if (this.#frameTimer === undefined) this.#send();
  }

  /** Sends what waits and opens the next 250 ms, at whose end what came meanwhile goes out. */
  #send(): void {
    this.#frameTimer = undefined;
    const change = this.#waiting;
    if (!change) return;
    this.#waiting = undefined;
    this.#broadcast.send(changeFrame(change));
    this.#frameTimer = setTimeout(() => this.#send(), FRAME_MS);
    this.#frameTimer.unref();
  }

  /** Who is away then asks for the settings when it comes back. */
  #tellSettings(): void {
    this.#broadcast.send({ event: 'settings', key: 'settings', data: { at: wireInstant(this.#clock.now()) } });
  }

  #greet(lastEventId: string | undefined): Uint8Array[] {
    const { last } = this.#broadcast;
    const missed = this.#broadcast.since(lastEventId);
    const hello: WireHello = { seq: last, at: wireInstant(this.#clock.now()), resumed: missed !== undefined };
    // The id of what was missed is `last` too: a client that breaks off between the two frames must not skip it.
    const seen = missed?.length ? Number(lastEventId?.split('-')[1]) : last;
    return [
      this.#broadcast.retry(),
      this.#broadcast.encode({ event: 'hello', data: hello, seq: seen }),
      ...(missed ?? []).map((frame) => this.#broadcast.encode(frame)),
      ...(this.#progress ? [this.#broadcast.encode(progressFrame(this.#progress))] : []),
    ];
  }

  #tellProgress(): void {
    if (this.#broadcast.size === 0) {
      clearInterval(this.#progressTimer);
      this.#progressTimer = undefined;
      this.#progress = undefined;
      return;
    }
    const progress = this.#ingest.progress();
    const ended = !progress && this.#progress !== undefined;
    const moved = progress !== undefined && progress.bytesDone !== this.#progress?.bytesDone;
    this.#progress = progress;
    if (ended || moved) this.#broadcast.send(progressFrame(progress));
  }
}

/** Two changes in a row as one. Too many sessions to name become none, which means: any. */
export function foldChanges(earlier: WireChange, later: WireChange): WireChange {
  const isUnnamed = (change: WireChange) => change.sessions.length === 0 && change.inserted + change.changed > 0;
  const sessions = [...new Set([...earlier.sessions, ...later.sessions])];
  return {
    seq: later.seq,
    at: later.at,
    inserted: earlier.inserted + later.inserted,
    changed: earlier.changed + later.changed,
    sessions: isUnnamed(earlier) || isUnnamed(later) || sessions.length > SESSIONS_NAMED ? [] : sessions,
  };
}

function changeFrame(change: WireChange): Told {
  return { event: 'change', key: 'change', data: change, seq: change.seq };
}

function changeOf(frame: Told): WireChange {
  return frame.data as WireChange; // -- every frame with a seq is made by changeFrame
}

function progressFrame(progress: ScanProgress | undefined): Told {
  const told: WireImport = {
    done: progress === undefined,
    files_done: progress?.filesDone ?? null,
    files_total: progress?.filesTotal ?? null,
    bytes_done: progress?.bytesDone ?? null,
    bytes_total: progress?.bytesTotal ?? null,
  };
  return { event: 'import', key: 'import', data: told };
}
