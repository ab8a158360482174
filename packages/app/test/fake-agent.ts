/**
 * A client of an agent for tests: a real process that plays a score. `node fake-agent.ts SCORE.json`, the score being steps
 * to play from the start, on an interrupt message on stdin, on SIGINT and at the end of stdin. It ends when a step says so.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type Step =
  | { readonly say: unknown }
  /** As it is, without a newline of ours. */
  | { readonly raw: string }
  | { readonly complain: string }
  | { readonly sleepMs: number }
  /** Starts a process that does nothing but live and holds the output, in a group of its own where `apart`; its id goes to the file. */
  | { readonly child: string; readonly apart?: boolean }
  /** Waits for a line of stdin that holds this text; what it holds goes to the file as it is, where one is named. */
  | { readonly awaitLine: string; readonly into?: string }
  /** With the instant for `{now}`. */
  | { readonly append: string; readonly to: string }
  | { readonly closeOutput: true }
  | { readonly exit: number }
  | { readonly dieBy: NodeJS.Signals };

export interface Score {
  readonly start: readonly Step[];
  /** On a line of stdin that holds `interruptedBy`. */
  readonly interrupted?: readonly Step[];
  readonly interruptedBy?: string;
  readonly sigint?: readonly Step[];
  readonly inputEnded?: readonly Step[];
  /** Refuses to run with these words, as older versions do. */
  readonly unknownWords?: readonly string[];
}

const score = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Score; // -- a test wrote it
const heard: string[] = [];
let waiting: (() => void) | undefined;

for (const word of process.argv.slice(3)) {
  if (!score.unknownWords?.includes(word)) continue;
  process.stderr.write(`error: unknown option '${word}'\n`);
  process.exit(1);
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (score.interruptedBy && line.includes(score.interruptedBy) && score.interrupted) void play(score.interrupted);
  heard.push(line);
  waiting?.();
});
input.on('close', () => void play(score.inputEnded ?? []));
// Nobody may listen any more: it works on, as long as its score says.
process.stdout.on('error', () => undefined);
process.on('SIGINT', () => {
  if (score.sigint) void play(score.sigint);
});
// Without a step that ends it, it lives on.
setInterval(() => undefined, 60_000);
await play(score.start);

async function play(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await playOne(step);
}

async function playOne(step: Step): Promise<void> {
  if ('say' in step) process.stdout.write(`${JSON.stringify(step.say)}\n`);
  else if ('raw' in step) process.stdout.write(step.raw);
  else if ('complain' in step) process.stderr.write(step.complain);
  else if ('sleepMs' in step) await new Promise((done) => setTimeout(done, step.sleepMs));
  else if ('append' in step) appendFileSync(step.to, step.append.replaceAll('{now}', new Date().toISOString()));
  else if ('closeOutput' in step) closeSync(1);
  else if ('exit' in step) process.exit(step.exit);
  else if ('dieBy' in step) process.kill(process.pid, step.dieBy);
  else if ('child' in step) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'inherit', 'ignore'],
      detached: step.apart === true,
    });
    appendFileSync(step.child, `${child.pid}\n`);
  } else {
    for (;;) {
      const index = heard.findIndex((line) => line.includes(step.awaitLine));
      const line = heard[index];
      if (line !== undefined) {
        heard.splice(0, index + 1);
        if (step.into) appendFileSync(step.into, `${line}\n`);
        return;
      }
      await new Promise<void>((done) => {
        waiting = done;
      });
    }
  }
}
