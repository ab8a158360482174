/**
 * A run of a command beside a running server: the command follows its agent, and tells the server everything, so that the
 * run is on the Live page, is kept by the one writer, and can be stopped from there. A server that goes away is told of
 * once; the run goes on without it.
 */
import type { Socket } from 'node:net';
import { type ErrorCode, type Run, TokenmeterError } from '@tokenmeter/core';
import type { OpenOptions, OpenRun, RunEnding } from '../live/port.ts';
import { type Answered, decodeLine, encodeLine, lineFeed, type Told } from './relay-words.ts';

/** What the server has not taken yet; one that falls further behind is given up. */
const LONGEST_QUEUE_BYTES = 32 << 20;
const FINISH_MS = 10_000;

export interface Relay extends Omit<OpenRun, 'id' | 'run' | 'finish'> {
  finish(ending: RunEnding): Promise<void>;
  /** False once the server is gone. */
  readonly isOpen: boolean;
}

/** Opens a run at the server on this socket. Throws what the server refuses with. */
export function relayRun(socket: Socket, run: Run, options: OpenOptions, onLost: () => void): Promise<Relay> {
  return new Promise((resolve, reject) => {
    let isOpen = true;
    let isDone = false;
    let finished: (() => void) | undefined;
    const tell = (message: Told) => {
      if (!isOpen) return;
      if (socket.writableLength > LONGEST_QUEUE_BYTES) socket.destroy();
      else socket.write(encodeLine(message));
    };
    const relay: Relay = {
      get isOpen() {
        return isOpen;
      },
      apply: (event) => tell({ ask: 'event', event }),
      learn: ({ pid }) => {
        if (pid !== undefined && pid !== null) tell({ ask: 'learn', pid });
      },
      requestStop: (reason) => tell({ ask: 'stop', reason }),
      forced: () => tell({ ask: 'forced' }),
      finish: async (ending) => {
        if (!isOpen) return;
        const answered = new Promise<void>((done) => {
          finished = done;
        });
        tell({ ask: 'finish', ending });
        await Promise.race([answered, new Promise((done) => setTimeout(done, FINISH_MS).unref())]);
        isDone = true;
        socket.end();
      },
    };
    const feed = lineFeed((line) => {
      const answer = decodeLine(line) as Answered; // -- our own server's
      if (answer.say === 'open') resolve(relay);
      else if (answer.say === 'stop') options.stop(answer.reason);
      else if (answer.say === 'kill') options.kill?.();
      else if (answer.say === 'finished') finished?.();
      else if (answer.say === 'refused') {
        isDone = true;
        socket.destroy();
        reject(new TokenmeterError((answer.code ?? 'bad-query') as ErrorCode, answer.message)); // -- our own server's code
      }
    });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      try {
        if (!feed(text)) socket.destroy();
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      isOpen = false;
      finished?.();
      reject(new Error('Cannot tell the running server of this run: it hung up'));
      if (!isDone) onLost();
    });
    tell({ ask: 'run', run, capabilities: options.capabilities });
  });
}
