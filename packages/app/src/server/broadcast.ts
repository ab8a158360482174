/**
 * One stream of server-sent events to many clients: each frame is encoded once, a client that falls behind has what it
 * missed folded by key instead of queued, and one that takes nothing for a minute is dropped. Nothing is buffered without
 * bound. It refuses to know what frames mean.
 */
export interface Told {
  readonly event: string;
  readonly data: unknown;
  /** Counts up; undefined for what no client needs to be told again. */
  readonly seq?: number | undefined;
  /** Frames of one key stand for each other, folded, where a client is behind. */
  readonly key: string;
}

export interface BroadcastOptions {
  /** Tells ids of this process from those of one before it, whose counting began anew. */
  readonly epoch: string;
  /** Clients at once. */
  readonly clients: number;
  /** Frames kept for clients that come back. */
  readonly remembered: number;
  /** Two frames of one key as one. */
  readonly fold: (earlier: Told, later: Told) => Told;
}

export interface Join {
  /** Sent at once, before anything else. */
  readonly greeting: readonly Uint8Array[];
  /** Which frames this client gets; all if absent. */
  readonly wants?: ((frame: Told) => boolean) | undefined;
}

interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly wants: (frame: Told) => boolean;
  /** By key: what it has not been sent, because it does not take what it was. */
  readonly behind: Map<string, Told>;
  readonly hangUp: (() => void) | undefined;
  pingsMissed: number;
}

const PING_MS = 15_000;
/** Frames a client may have waiting before its changes are folded together. */
const WAITING = 8;
/** A client that took nothing for so many pings is gone. */
const PATIENT_PINGS = 4;

const encoder = new TextEncoder();
const PING = encoder.encode(': ping\n\n');

export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #clients = new Set<Client>();
  #sent: Told[] = [];
  /** The last seq no longer in `#sent`. */
  #forgotten = 0;
  #ping: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Whether one more may connect. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#clients.size < this.#options.clients;
  }

  /** The seq of the last frame sent. */
  get last(): number {
    return this.#sent.at(-1)?.seq ?? this.#forgotten;
  }

  /** A client's stream: its greeting, then what comes. `hangUp` ends its connection. */
  connect(join: () => Join, hangUp?: () => void): ReadableStream<Uint8Array> {
    let client: Client | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const { greeting, wants = () => true } = join();
          for (const bytes of greeting) controller.enqueue(bytes);
          client = { controller, wants, behind: new Map(), hangUp, pingsMissed: 0 };
          this.#clients.add(client);
          this.#ping ??= setInterval(() => this.#pingAll(), PING_MS).unref();
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

  /** Sends a frame to everybody who wants it, and remembers it where it has a seq. */
  send(frame: Told): void {
    if (frame.seq !== undefined) {
      this.#sent.push(frame);
      if (this.#sent.length > this.#options.remembered) this.#forgotten = this.#sent.shift()?.seq ?? 0;
    }
    let bytes: Uint8Array | undefined;
    for (const client of this.#clients) {
      if (!client.wants(frame)) continue;
      if ((client.controller.desiredSize ?? 0) > 0 && client.behind.size === 0) {
        bytes ??= this.encode(frame);
        client.controller.enqueue(bytes);
      } else this.#fallBehind(client, frame);
    }
  }

  /** Frames after the id a client saw last, folded by key; undefined where that cannot be told: another process, or too long ago. */
  since(lastEventId: string | undefined, wants: (frame: Told) => boolean = () => true): readonly Told[] | undefined {
    const [epoch, seq] = lastEventId?.split('-') ?? [];
    const seen = Number(seq);
    const isKnown =
      epoch === this.#options.epoch && /^\d+$/.test(seq ?? '') && seen >= this.#forgotten && seen <= this.last;
    if (!isKnown) return undefined;
    const missed = new Map<string, Told>();
    for (const frame of this.#sent) if ((frame.seq ?? 0) > seen && wants(frame)) this.#put(missed, frame);
    return inOrder(missed);
  }

  encode({ event, data, seq }: Pick<Told, 'event' | 'data' | 'seq'>): Uint8Array {
    const id = seq === undefined ? '' : `id: ${this.#options.epoch}-${seq}\n`;
    return encoder.encode(`event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`);
  }

  /** How long a client waits before it comes back; the first thing it is told. */
  retry(): Uint8Array {
    return encoder.encode('retry: 1000\n\n');
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    for (const client of [...this.#clients]) {
      this.#leave(client);
      client.controller.close();
    }
  }

  #fallBehind(client: Client, frame: Told): void {
    // What has no seq tells of a moment that is over when the client takes it.
    if (frame.seq !== undefined) this.#put(client.behind, frame);
  }

  #put(frames: Map<string, Told>, frame: Told): void {
    const earlier = frames.get(frame.key);
    frames.set(frame.key, earlier ? this.#options.fold(earlier, frame) : frame);
  }

  #catchUp(client: Client): void {
    client.pingsMissed = 0;
    for (const frame of inOrder(client.behind)) client.controller.enqueue(this.encode(frame));
    client.behind.clear();
  }

  #pingAll(): void {
    for (const client of [...this.#clients]) {
      if ((client.controller.desiredSize ?? 0) > 0) client.controller.enqueue(PING);
      else if (++client.pingsMissed >= PATIENT_PINGS) this.#drop(client);
    }
  }

  /** A close would wait for what is queued to be taken: the connection is cut. Only where nobody can, the stream fails, which a log would tell. */
  #drop(client: Client): void {
    this.#leave(client);
    if (client.hangUp) client.hangUp();
    else client.controller.error(new Error('Ended the stream of a client that took nothing for a minute'));
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#ping);
    this.#ping = undefined;
  }
}

function inOrder(frames: ReadonlyMap<string, Told>): Told[] {
  return [...frames.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}
