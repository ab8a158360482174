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

const RECORDINGS = fileURLToPath(new URL('../../demo/', import.meta.url));
/** Beside this file, built or not. */
const REPLAY = fileURLToPath(new URL(`replay${extname(import.meta.url)}`, import.meta.url));
/** Recorded clients hurry; a person wants to read along. */
const READABLE_PACE = 0.12;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS = 13;
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
export function commandFor(file: string, pace: number): readonly string[] {
  return [process.execPath, REPLAY, file, String(pace)];
}

/** Writes logs of the days before, a few sessions each, fewer at weekends. */
export function writeHistory(home: string, now: number): void {
  const recordings = demoRecordings();
  for (let day = DAYS; day >= 1; day--) {
    const isWeekend = [0, 6].includes(new Date(now - day * DAY_MS).getUTCDay());
    const count = isWeekend ? 1 : 2 + ((day * 7) % 4);
    for (let nth = 0; nth < count; nth++) {
      const named = recordings[(day * 3 + nth) % recordings.length];
      if (named) writeSession(named.recording, home, now - day * DAY_MS - nth * 2 * HOUR_MS);
    }
  }
}

function writeSession(recording: Recording, home: string, startsAt: number): void {
  const read = perform(recording, { home, startsAt, pace: READABLE_PACE, newId: randomUUID });
  for (const text of recording.lines) {
    const { file, line } = read(text);
    if (file === undefined) continue;
    const path = join(home, file);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  }
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
    mkdirSync(cwd, { recursive: true });
    const runner = new AgentRunner({
      hub,
      clock,
      machine,
      env: { ...process.env, HOME: machine.home, USERPROFILE: machine.home },
      commands: () => ({ [agent]: commandFor(named.file, READABLE_PACE * speed) }),
      graceMs: 5_000,
    });
    runners.add(runner);
    try {
      const started = await runner.start({ agent, prompt: name, cwd, title, budgetNano: BUDGETS[name] });
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
