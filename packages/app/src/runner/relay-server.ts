/**
 * The server's end of a run that a command follows: opens it in the hub, folds what the command tells, sends back who wants
 * it stopped. Where the command dies without a word its agent has nobody to brake it, so it is ended here.
 */
import type { Socket } from 'node:net';
import { TokenmeterError } from '@tokenmeter/core';
import type { Hub, OpenRun, Processes } from '../live/port.ts';
import { type Answered, decodeLine, encodeLine, lineFeed, type Told } from './relay-words.ts';

/** Takes over a socket whose first line was a `run`; `rest` is what came behind it. */
export function receiveRun(
  socket: Socket,
  first: string,
  rest: string,
  hub: Pick<Hub, 'open'>,
  processes: Processes,
): void {
  let open: OpenRun | undefined;
  let isFinished = false;
  const say = (message: Answered) => {
    if (socket.writable) socket.write(encodeLine(message));
  };
  // One message at a time, in order, also while the run is being opened.
  let working: Promise<void> = Promise.resolve();
  const take = (line: string) => {
    working = working.then(() => handle(decodeLine(line) as Told)).catch(() => void socket.destroy()); // -- the same program
  };
  const handle = async (told: Told) => {
    if (told.ask === 'run') {
      if (open) throw new Error('one run a socket');
      open = await hub.open(told.run, {
        capabilities: told.capabilities,
        stop: (reason) => say({ say: 'stop', reason }),
        kill: () => say({ say: 'kill' }),
      });
      say({ say: 'open' });
    } else if (!open) throw new Error('no run yet');
    else if (told.ask === 'event') open.apply(told.event);
    else if (told.ask === 'stop') open.requestStop(told.reason);
    else if (told.ask === 'forced') open.forced();
    else if (told.ask === 'learn') {
      open.learn({ pid: told.pid });
      processes.watch(open.run);
    } else {
      isFinished = true;
      processes.leave(open.run);
      await open.finish(told.ending);
      say({ say: 'finished' });
    }
  };
  const refuse = (error: unknown) => {
    const code = error instanceof TokenmeterError ? error.code : undefined;
    say({ say: 'refused', message: error instanceof Error ? error.message : String(error), code });
    socket.end();
  };

  const feed = lineFeed(take);
  socket.removeAllListeners('data');
  socket.on('data', (text: string) => {
    if (!feed(text)) socket.destroy();
  });
  socket.on('close', () => {
    void working.then(async () => {
      if (!open || isFinished) return;
      processes.kill(open.run);
      await open.finish({
        outcome: 'error',
        message: 'The command that followed it ended without a word, so its agent was ended',
        exitCode: null,
      });
    });
  });
  working = handle(decodeLine(first) as Told).catch(refuse); // -- as above
  feed(rest);
}
