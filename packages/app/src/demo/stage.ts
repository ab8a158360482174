/**
 * The demo's days before today and its runs now: recordings written as logs of the past, and played again and again by
 * clients that are stopped like real ones. It refuses to touch anything outside its own home.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@tokenmeter/core';
import type { Machine } from '@tokenmeter/core/agents';
import type { Hub } from '../live/port.ts';
import { AgentRunner } from '../runner/runner.ts';
import { parseRecording, perform, type Recording } from './recording.ts';
import { type PastSession, PROJECTS, pastSessions, taskOf } from './story.ts';

const RECORDINGS = fileURLToPath(new URL('../../demo/', import.meta.url));
/** Beside this file, built or not. */
const REPLAY = fileURLToPath(new URL(`replay${extname(import.meta.url)}`, import.meta.url));
/** Recorded clients hurry; a person wants to read along. */
const READABLE_PACE = 0.12;
const BETWEEN_STARTS_MS = 9_000;
const MOST_AT_ONCE = 4;
/** One is stopped by its budget, so that it is seen how that looks. */
const BUDGETS: Readonly<Record<string, bigint>> = { 'price-table': 250_000_000n, migrate: 8_000_000_000n };

interface Named {
  readonly file: string;
  readonly recording: Recording;
}

export function demoRecordings(): readonly Named[] {
  return readdirSync(RECORDINGS)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(RECORDINGS, name))
    .map((file) => ({ file, recording: parseRecording(readFileSync(file, 'utf8')) }));
}

/** The words that play a recording as its client. */
export function commandFor(file: string, pace: number, branch = 'main'): readonly string[] {
  return [process.execPath, REPLAY, file, String(pace), branch];
}

/** A session of the days before, as its log names it. */
export interface PlayedSession extends PastSession {
  readonly sessionId: string;
}

/** Writes logs of the days before `now` (UTC ms), a few sessions each. */
export function writeHistory(home: string, now: number): readonly PlayedSession[] {
  const recordings = new Map(demoRecordings().map(({ recording }) => [recording.head.name, recording]));
  return pastSessions([...recordings.keys()], now).flatMap((past): PlayedSession[] => {
    const recording = recordings.get(past.recording);
    return recording ? [{ ...past, sessionId: writeSession(recording, home, past) }] : [];
  });
}

/** Answers the session's id. */
function writeSession(recording: Recording, home: string, { startsAt, task }: PastSession): string {
  const branch = branchOf(task.folder);
  const read = perform(recording, { home, startsAt, pace: READABLE_PACE, newId: randomUUID, branch });
  const files = new Set<string>();
  for (const text of recording.lines) {
    const { file, line } = read(text);
    if (file === undefined) continue;
    files.add(file);
    append(join(home, file), line);
  }
  const [first = ''] = files;
  const sessionId = /([0-9a-f-]{36})\.jsonl$/.exec(first)?.[1] ?? '';
  append(join(home, first), titleLine(recording.head.agent, sessionId, task.title, startsAt));
  return sessionId;
}

/** As the client of an agent writes down what a person calls a session. */
function titleLine(agent: string, sessionId: string, title: string, at: number): unknown {
  if (agent === 'claude-code') return { type: 'custom-title', customTitle: title, sessionId };
  const payload = { type: 'thread_name_updated', thread_id: sessionId, thread_name: title };
  return { timestamp: new Date(at).toISOString(), type: 'event_msg', payload };
}

function append(path: string, line: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(line)}\n`);
}

function branchOf(folder: string): string {
  return PROJECTS.find((project) => project.folder === folder)?.branch ?? '';
}

export interface DemoStage {
  /** Ends what is being played. */
  close(): Promise<void>;
}

/** Plays runs until it is closed, one after the other, a few at once. */
export function playDemo(hub: Hub, machine: Machine, clock: Clock, speed: number): DemoStage {
  const recordings = demoRecordings();
  const runners = new Set<AgentRunner>();
  let next = 0;
  const start = async () => {
    const named = recordings[next++ % recordings.length];
    if (!named || runners.size >= MOST_AT_ONCE) return;
    const { agent, title, project, name } = named.recording.head;
    const cwd = join(machine.home, 'work', project);
    const taskId = taskOf(name)?.id;
    mkdirSync(cwd, { recursive: true });
    const runner = new AgentRunner({
      hub,
      clock,
      machine,
      env: { ...process.env, HOME: machine.home, USERPROFILE: machine.home },
      commands: () => ({ [agent]: commandFor(named.file, READABLE_PACE * speed, branchOf(project)) }),
      graceMs: 5_000,
    });
    runners.add(runner);
    try {
      const started = await runner.start({ agent, prompt: name, cwd, title, taskId, budgetNano: BUDGETS[name] });
      await started.ended;
    } finally {
      runners.delete(runner);
    }
  };
  const again = () => void start().catch(() => undefined); // -- a run that was refused or killed is part of the play
  again();
  const timer = setInterval(again, BETWEEN_STARTS_MS / speed);
  return {
    close: async () => {
      clearInterval(timer);
      await Promise.all([...runners].map((runner) => runner.close()));
    },
  };
}
