/** Runs a driver against a client that plays a score, in a folder of its own, and remembers what was told. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentEvent } from '@tokenmeter/core';
import type { Driver } from '../src/runner/driver.ts';
import { type Following, follow } from '../src/runner/follow.ts';
import type { Score } from './fake-agent.ts';

const FAKE_AGENT = fileURLToPath(new URL('fake-agent.ts', import.meta.url));

export interface PlayedDriver {
  readonly following: Following;
  readonly events: AgentEvent[];
  pid: number;
  forced: number;
}

export interface PlayOptions {
  readonly prompt?: string;
  readonly model?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly graceMs?: number;
}

export function playDriver(driver: Driver, folder: string, score: Score, options: PlayOptions = {}): PlayedDriver {
  const file = join(folder, 'score.json');
  writeFileSync(file, JSON.stringify(score));
  mkdirSync(join(folder, 'work'), { recursive: true });
  const env = { ...process.env, ...options.env };
  const played = { events: [] as AgentEvent[], pid: 0, forced: 0 };
  const following = follow(
    {
      runId: 'r1',
      driver,
      launch: {
        prompt: options.prompt ?? 'Do it',
        cwd: join(folder, 'work'),
        model: options.model ?? '',
        title: '',
        machine: { home: folder, env: options.env ?? {}, platform: process.platform },
      },
      command: [process.execPath, FAKE_AGENT, file],
      env,
      clock: { now: () => Date.now() },
      graceMs: options.graceMs ?? 5_000,
      timeoutMs: 25_000,
    },
    {
      apply: (event) => void played.events.push(event),
      learn: ({ pid }) => {
        played.pid = pid ?? 0;
      },
      forced: () => {
        played.forced++;
      },
    },
  );
  return Object.assign(played, { following });
}
