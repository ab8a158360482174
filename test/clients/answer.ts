/** One answer on its way: a JSON body or an event stream that can pause, be cut by the script, or be left by the client. */
import type { ServerResponse } from 'node:http';
import type { Turn } from './script.ts';

export class Answer {
  readonly #response: ServerResponse;
  readonly #turn: Turn;
  #events = 0;
  #isCut = false;
  #isLeft = false;

  constructor(response: ServerResponse, turn: Turn) {
    this.#response = response;
    this.#turn = turn;
    response.on('close', () => {
      if (!response.writableEnded) this.#isLeft = true;
    });
  }

  get end(): 'whole' | 'cut' | 'left' {
    return this.#isCut ? 'cut' : this.#isLeft ? 'left' : 'whole';
  }
  get isOver(): boolean {
    return this.#isCut || this.#isLeft;
  }

  json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.#response.end(JSON.stringify(body));
  }

  stream(headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
  }

  event(type: string | undefined, data: unknown): void {
    if (this.isOver) return;
    this.#response.write(`${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`);
    this.#events++;
    if (this.#turn.cutAfter !== undefined && this.#events >= this.#turn.cutAfter) {
      this.#isCut = true;
      this.#response.destroy();
    }
  }

  async pause(): Promise<void> {
    const { pauseMs = 0 } = this.#turn;
    if (pauseMs > 0 && !this.isOver) await new Promise((done) => setTimeout(done, pauseMs));
  }

  finish(): void {
    if (!this.isOver) this.#response.end();
  }
}
