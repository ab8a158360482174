/**
 * One process of an agent, in a group of its own, so that a Ctrl+C of ours does not reach it by accident and a kill reaches
 * all it started. Its output comes as whole lines up to a wall; a line over the wall is passed over and counted. It
 * refuses to know what a line says, and keeps only the last words of its error output, for a person.
 */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { killKin, markedBy, RUN_VARIABLE } from './kin.ts';
import { KinWatch } from './kin-watch.ts';

/** A longer line is no message of any agent. */
const LONGEST_LINE = 32 << 20;
const KEPT_ERROR_CHARACTERS = 2000;
/** A descendant that holds the output open after the agent has gone must not hold us. */
const LAST_WORDS_MS = 1_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set where it could not be started at all. */
  readonly failure?: Error | undefined;
}

export interface ProcessHandlers {
  line(text: string): void;
  /** The output has ended; the process may live on. */
  outputEnded(): void;
  /** The process is gone; what it started may live on and hold its output. */
  exited(): void;
}

export interface AgentProcess {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its output was read. Never rejects. */
  readonly ended: Promise<Exit>;
  readonly tooLongLines: number;
  /** The last lines it wrote to its error output. */
  readonly lastWords: string;
  write(line: string): void;
  closeInput(): void;
  /** To the agent and its group, as a terminal's Ctrl+C does: some are started by a launcher that passes nothing on. */
  signal(signal: NodeJS.Signals): void;
  /** Remembers who descends from it now, so that `kill` finds them once it is gone. */
  remember(): void;
  /** Ends the agent, its group and all that descends or descended from it. May be called at any time, any number of times. */
  kill(): void;
}

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function startProcess({ program, words, cwd, env }: Command, handlers: ProcessHandlers): AgentProcess {
  const child = spawn(program, [...words], {
    cwd,
    env: { ...env },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kin = child.pid === undefined ? undefined : new KinWatch(child.pid);
  const lines = lineCutter((text) => handlers.line(text));
  let lastWords = '';
  let isOver = false;
  let failure: Error | undefined;

  const kill = () => {
    if (child.pid === undefined) return;
    kin?.look();
    killGroup(child.pid, isOver);
    killKin([...(kin?.known ?? []), ...markedBy(env[RUN_VARIABLE] ?? '')]);
  };
  // Where this program ends without a chance to stop the agent gracefully, it is not left behind.
  const onOurExit = () => kill();
  process.once('exit', onOurExit);

  child.stdin.on('error', () => undefined); // -- it closed its input: its exit tells
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
  child.stdout.on('error', () => undefined); // -- as above
  child.stdout.once('end', () => {
    lines.end();
    handlers.outputEnded();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-KEPT_ERROR_CHARACTERS);
  });
  child.stderr.on('error', () => undefined); // -- as above

  const ended = new Promise<Exit>((resolve) => {
    const settle = (code: number | null, signal: string | null) => {
      isOver = true;
      kin?.end();
      process.off('exit', onOurExit);
      resolve({ code, signal, failure });
    };
    child.once('error', (error) => {
      failure ??= error;
      if (child.pid === undefined) settle(null, null);
    });
    child.once('close', settle);
    child.once('exit', (code, signal) => {
      handlers.exited();
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        settle(code, signal);
      }, LAST_WORDS_MS).unref();
    });
  });

  return {
    pid: child.pid,
    ended,
    get tooLongLines() {
      return lines.tooLong();
    },
    get lastWords() {
      return lastWords;
    },
    write: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    closeInput: () => {
      child.stdin.end();
    },
    signal: (signal) => {
      if (isOver || child.pid === undefined) return;
      try {
        if (process.platform === 'win32') child.kill(signal);
        else process.kill(-child.pid, signal);
      } catch {
        // It is just ending.
      }
    },
    remember: () => kin?.look(),
    kill,
  };
}

/** Windows has no groups to signal: there the whole tree is ended by the system's own tool. */
function killGroup(pid: number, isOver: boolean): void {
  if (process.platform === 'win32') {
    if (!isOver) spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has no member left.
  }
}

interface LineCutter {
  push(chunk: Buffer): void;
  end(): void;
  tooLong(): number;
}

function lineCutter(onLine: (text: string) => void): LineCutter {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let length = 0;
  let isSkipping = false;
  let tooLong = 0;
  const finish = () => {
    const text = pieces.join('');
    pieces = [];
    length = 0;
    if (isSkipping) isSkipping = false;
    else if (text.trim() !== '') onLine(text);
  };
  const take = (piece: string) => {
    if (isSkipping || piece === '') return;
    length += piece.length;
    if (length > LONGEST_LINE) {
      isSkipping = true;
      tooLong++;
      pieces = [];
    } else pieces.push(piece);
  };
  const push = (text: string) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      take(text.slice(start, end));
      finish();
      start = end + 1;
    }
    take(text.slice(start));
  };
  return {
    push: (chunk) => push(decoder.write(chunk)),
    end: () => {
      push(decoder.end());
      finish();
    },
    tooLong: () => tooLong,
  };
}
