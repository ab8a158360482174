/**
 * The stream of ledger changes: at most one frame each 250 ms, leading and trailing, encoded once for all clients. A slow
 * client gets its changes folded into one, a stuck one is dropped; nothing is buffered without bound. Frames say that
 * something moved, never by how much a total did: pages ask again, so a lost frame costs nothing.
 */
import type { Clock, WireChange, WireHello, WireImport } from '@tokenmeter/core';
import { wireInstant } from '@tokenmeter/core';
import type { Ingest, LedgerChange, ScanProgress } from '../house.ts';

const FRAME_MS = 250;
const PING_MS = 15_000;
const PROGRESS_MS = 1_000;
/** Frames kept for clients that come back. */
const REMEMBERED = 256;
/** Above this many sessions a change names none: everything may have moved. */
const SESSIONS_NAMED = 200;
const CLIENTS = 256;
/** Frames a client may have waiting before its changes are folded together. */
const WAITING = 8;
/** A client that took nothing for so many pings is gone. */
const PATIENT_PINGS = 4;

interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** What it has not been sent, because it does not take what it was. */
  behind: WireChange | undefined;
  pingsMissed: number;
}

const encoder = new TextEncoder();

export class ChangeFeed {
  readonly #clock: Clock;
  readonly #ingest: Ingest;
  /** Tells ids of this process from those of one before it, whose counting began anew. */
  readonly #epoch: string;
  readonly #clients = new Set<Client>();
  readonly #unsubscribe: () => void;
  #sent: WireChange[] = [];
  /** The last change no longer in `#sent`. */
  #forgotten = 0;
  #waiting: WireChange | undefined;
  #frameTimer: NodeJS.Timeout | undefined;
  #clientTimers: NodeJS.Timeout[] = [];
  #progress: ScanProgress | undefined;
  #seq = 0;
  #isClosed = false;

  constructor(ingest: Ingest, clock: Clock) {
    this.#clock = clock;
    this.#ingest = ingest;
    this.#epoch = clock.now().toString(36);
    this.#unsubscribe = ingest.onChange((change) => this.#hear(change));
  }

  /** Clients connected now. */
  get size(): number {
    return this.#clients.size;
  }

  /** Whether one more may connect. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#clients.size < CLIENTS;
  }

  /** The seq of the last change, with or without a frame of its own yet. */
  get seq(): number {
    return this.#seq;
  }

  /** A client's stream: `hello`, then what it missed since `lastEventId` where that is still known, then what comes. */
  connect(lastEventId: string | undefined): ReadableStream<Uint8Array> {
    let client: Client | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          client = { controller, behind: undefined, pingsMissed: 0 };
          this.#join(client, lastEventId);
        },
        pull: () => {
          if (client) this.#catchUp(client);
        },
        cancel: () => {
          if (client) this.#leave(client);
        },
      },
      { highWaterMark: WAITING },
    );
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#frameTimer);
    for (const client of [...this.#clients]) {
      this.#leave(client);
      client.controller.close();
    }
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
    this.#sent.push(change);
    if (this.#sent.length > REMEMBERED) this.#forgotten = this.#sent.shift()?.seq ?? 0;
    const frame = this.#frame('change', change, change.seq);
    for (const client of this.#clients) {
      if ((client.controller.desiredSize ?? 0) > 0 && !client.behind) client.controller.enqueue(frame);
      else client.behind = client.behind ? foldChanges(client.behind, change) : change;
    }
    this.#frameTimer = setTimeout(() => this.#send(), FRAME_MS);
    this.#frameTimer.unref();
  }

  #catchUp(client: Client): void {
    client.pingsMissed = 0;
    if (!client.behind) return;
    client.controller.enqueue(this.#frame('change', client.behind, client.behind.seq));
    client.behind = undefined;
  }

  #join(client: Client, lastEventId: string | undefined): void {
    const last = this.#sent.at(-1)?.seq ?? 0;
    const missed = this.#since(lastEventId, last);
    const hello: WireHello = { seq: last, at: wireInstant(this.#clock.now()), resumed: missed !== undefined };
    // The id of what was missed is `last` too: a client that breaks off between the two frames must not skip it.
    const seen = missed?.length ? Number(lastEventId?.split('-')[1]) : last;
    client.controller.enqueue(encoder.encode('retry: 1000\n\n'));
    client.controller.enqueue(this.#frame('hello', hello, seen));
    const [first, ...rest] = missed ?? [];
    if (first) client.controller.enqueue(this.#frame('change', rest.reduce(foldChanges, first), last));
    if (this.#progress) client.controller.enqueue(this.#progressFrame(this.#progress));
    this.#clients.add(client);
    if (this.#clients.size === 1) this.#startTimers();
  }

  /** Changes after the id a client saw last; undefined where that cannot be told: another process, or too long ago. */
  #since(lastEventId: string | undefined, last: number): readonly WireChange[] | undefined {
    const [epoch, seq] = lastEventId?.split('-') ?? [];
    const seen = Number(seq);
    const isKnown = epoch === this.#epoch && /^\d+$/.test(seq ?? '') && seen >= this.#forgotten && seen <= last;
    return isKnown ? this.#sent.filter((change) => change.seq > seen) : undefined;
  }

  #startTimers(): void {
    const every = (ms: number, act: () => void) => setInterval(act, ms).unref();
    this.#clientTimers = [every(PING_MS, () => this.#ping()), every(PROGRESS_MS, () => this.#tellProgress())];
  }

  #ping(): void {
    const ping = encoder.encode(': ping\n\n');
    for (const client of [...this.#clients]) {
      if ((client.controller.desiredSize ?? 0) > 0) client.controller.enqueue(ping);
      else if (++client.pingsMissed >= PATIENT_PINGS) this.#drop(client);
    }
  }

  #tellProgress(): void {
    const progress = this.#ingest.progress();
    const ended = !progress && this.#progress !== undefined;
    const moved = progress !== undefined && progress.bytesDone !== this.#progress?.bytesDone;
    this.#progress = progress;
    if (!ended && !moved) return;
    const frame = this.#progressFrame(progress);
    for (const client of this.#clients) if ((client.controller.desiredSize ?? 0) > 0) client.controller.enqueue(frame);
  }

  #progressFrame(progress: ScanProgress | undefined): Uint8Array {
    const told: WireImport = {
      done: progress === undefined,
      files_done: progress?.filesDone ?? null,
      files_total: progress?.filesTotal ?? null,
      bytes_done: progress?.bytesDone ?? null,
      bytes_total: progress?.bytesTotal ?? null,
    };
    return this.#frame('import', told);
  }

  #frame(event: string, data: unknown, seq?: number): Uint8Array {
    const id = seq === undefined ? '' : `id: ${this.#epoch}-${seq}\n`;
    return encoder.encode(`event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`);
  }

  /** A close would wait for what is queued to be taken: only an error ends a connection that takes nothing. */
  #drop(client: Client): void {
    this.#leave(client);
    client.controller.error(new Error('Ended the stream of a client that took nothing for a minute'));
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    for (const timer of this.#clientTimers) clearInterval(timer);
    this.#progress = undefined;
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
