/**
 * Follows one run from its start to its end: spawns the client, hands each message to its live reader and each event to the
 * run that is open in the hub, stops it when told (its own way first, a signal then, a kill of all its processes last), and
 * tells usage first and the status after it. It refuses to decide when a run must stop: people and budgets do.
 */
import type { Clock, Emit, StopReason } from '@tokenmeter/core';
import { Said } from '@tokenmeter/core';
import type { LiveReader } from '@tokenmeter/core/agents';
import type { OpenRun, RunEnding } from '../live/port.ts';
import type { Act, Driver, Launch, Stage } from './driver.ts';
import { RUN_VARIABLE } from './kin.ts';
import { type AgentProcess, type Exit, startProcess } from './process.ts';
import { endingOf, type Seen } from './verdict.ts';

/** An agent that has said its last word has this long to end. */
const OVER_MS = 10_000;
/** One that closed its output has this long. */
const MUTE_MS = 3_000;

/** What hears of the run: the hub's open run. */
export type Follower = Pick<OpenRun, 'apply' | 'learn' | 'forced'>;

export interface FollowOptions {
  readonly runId: string;
  readonly driver: Driver;
  readonly launch: Launch;
  /** The program and the words that always follow it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
}

export interface Following {
  /** Asks the agent to stop; asking again changes nothing, the first reason stands. */
  stop(reason: StopReason): void;
  /** Ends it at once, with all that descends from it. */
  kill(): void;
  readonly ended: Promise<RunEnding>;
}

export function follow(options: FollowOptions, follower: Follower): Following {
  const seen: Seen = {
    messages: 0,
    garbage: 0,
    isTimedOut: false,
    isMute: false,
    stopReason: undefined,
    runEnd: undefined,
    failure: undefined,
  };
  let process: AgentProcess | undefined;
  let act: Act | undefined;
  let isStopping = false;
  let isForced = false;
  let isGone = false;
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!isGone) work();
    }, ms);
    timers.add(timer);
  };
  const said = new Said();
  const emit: Emit = (event) => {
    if (event.type === 'run_end') seen.runEnd = event;
    follower.apply(said.hear(event));
  };
  const force = () => {
    if (!isForced) follower.forced();
    isForced = true;
    process?.kill();
  };
  const interrupt = () => {
    if (isStopping) return;
    isStopping = true;
    process?.remember();
    act?.interrupt();
    later(options.graceMs / 2, () => process?.signal('SIGINT'));
    later(options.graceMs, force);
  };

  /** One process from start to end. */
  const play = async (driver: Driver, without: readonly string[], reader: LiveReader): Promise<Exit> => {
    const { launch, command, clock } = options;
    const [program = '', ...always] = command;
    const stage: Stage = {
      launch,
      emit,
      tell: (message) => void reader.read(message, clock.now(), emit),
      write: (line) => process?.write(line),
      closeInput: () => process?.closeInput(),
      signal: (signal) => process?.signal(signal),
      over: () => later(OVER_MS, () => process?.kill()),
      fail: (message) => {
        seen.failure ??= message;
        process?.remember();
        process?.kill();
      },
    };
    const playing = driver.open(stage);
    const words = playing.words.filter((word) => !without.includes(word));
    act = playing;
    process = startProcess(
      {
        program,
        words: [...always, ...words],
        cwd: launch.cwd,
        env: { ...options.env, ...playing.env, [RUN_VARIABLE]: options.runId },
      },
      {
        line: (text) => {
          if (playing.line(text)) seen.messages++;
          else seen.garbage++;
        },
        outputEnded: () => {
          later(MUTE_MS, () => {
            seen.isMute = true;
            process?.kill();
          });
        },
        exited: () => {
          if (isStopping) process?.kill();
        },
      },
    );
    if (process.pid !== undefined) {
      follower.learn({ pid: process.pid });
      playing.begin();
    }
    if (isStopping) playing.interrupt();
    const exit = await process.ended;
    seen.garbage += process.tooLongLines;
    await playing.end();
    return exit;
  };

  const run = async (): Promise<RunEnding> => {
    const { clock, launch, runId } = options;
    if (options.timeoutMs !== undefined) {
      later(options.timeoutMs, () => {
        seen.isTimedOut = true;
        interrupt();
      });
    }
    let driver = options.driver;
    let without: readonly string[] = [];
    const open = () => driver.port.open({ runId, cwd: launch.cwd, model: launch.model, at: clock.now() });
    let reader = open();
    let exit = await play(driver, without, reader);
    // An older client says what it does not know, or knows nothing of this surface at all: both before any message.
    while (seen.messages === 0 && !isStopping && exit.code !== 0 && exit.failure === undefined) {
      const unknown = unknownWord(process?.lastWords ?? '', driver, without);
      if (unknown !== undefined) without = [...without, unknown];
      else if (driver.fallback) {
        driver = driver.fallback;
        without = [];
        reader = open();
      } else break;
      exit = await play(driver, without, reader);
    }
    isGone = true;
    for (const timer of timers) clearTimeout(timer);
    const isOk = seen.runEnd?.outcome === 'success' && seen.failure === undefined;
    reader.end(clock.now(), emit, isStopping ? 'aborted' : isOk ? 'ok' : 'cut');
    const ending = endingOf(driver.agent, seen, exit, process?.lastWords ?? '', launch.prompt);
    // What a run that did not end well has left behind is nobody's work any more.
    if (ending.outcome !== 'success') process?.kill();
    return ending;
  };

  return {
    stop: (reason) => {
      if (isGone) return;
      seen.stopReason ??= reason;
      interrupt();
    },
    kill: () => {
      if (isGone) return;
      seen.stopReason ??= 'user';
      isStopping = true;
      force();
    },
    ended: run(),
  };
}

function unknownWord(lastWords: string, driver: Driver, without: readonly string[]): string | undefined {
  const named = /unknown (?:option|argument)s?:? '?(--[\w-]+)/i.exec(lastWords)?.[1];
  return driver.optionalWords?.find((word) => word === named && !without.includes(word));
}
