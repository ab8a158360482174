/**
 * A client for the demo: `node replay.js RECORDING PACE BRANCH`. Asked for anything, it prints what the real client printed and
 * writes what that logged below the home, at a readable pace, and can be interrupted like it.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseRecording, perform, type RecordedLine } from './recording.ts';

type Message = Readonly<Record<string, unknown>>;

const [file = '', pace = '1', branch = 'main'] = process.argv.slice(2);
const home = process.env.HOME ?? process.env.USERPROFILE ?? '';
let isStopped = false;
/** Of the main thread, as its client would need them for its last words. */
let sessionId = '';
let turnId = '';

const input = createInterface({ input: process.stdin });
input.once('line', () => void play());
input.on('line', (line) => {
  if (line.includes('"subtype":"interrupt"')) stop(claudeIsStopped());
  else if (line.includes('"method":"turn/interrupt"')) stop(codexIsStopped());
});
input.on('close', () => process.exit(isStopped ? 1 : 0));
process.on('SIGINT', () => process.exit(130));

async function play(): Promise<void> {
  const recording = parseRecording(readFileSync(file, 'utf8'));
  const startsAt = Date.now();
  const read = perform(recording, { home, startsAt, pace: Number(pace), newId: randomUUID, branch });
  for (const text of recording.lines) {
    const entry = read(text);
    const waitMs = startsAt + entry.t / Number(pace) - Date.now();
    if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
    if (isStopped) return;
    show(entry);
  }
}

function show({ out, file: log, line }: RecordedLine): void {
  if (log === undefined) {
    remember(out as Message); // -- clients print objects
    print(out);
    return;
  }
  const path = join(home, log);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(line)}\n`);
}

function remember(message: Message): void {
  if (typeof message.session_id === 'string') sessionId = message.session_id;
  if (message.method !== 'turn/started' || turnId !== '') return;
  const params = message.params as { threadId: string; turn: { id: string } }; // -- a recorded client's
  sessionId = params.threadId;
  turnId = params.turn.id;
}

function stop(lastWord: Message): void {
  isStopped = true;
  print(lastWord);
}

function claudeIsStopped(): Message {
  const how = { subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming' };
  return { type: 'result', ...how, session_id: sessionId };
}

function codexIsStopped(): Message {
  const turn = { id: turnId, items: [], status: 'interrupted', error: null };
  return { method: 'turn/completed', params: { threadId: sessionId, turn } };
}

function print(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
