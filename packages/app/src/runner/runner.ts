/**
 * Starts runs: finds the agent's driver and program, opens the run in the hub (which may refuse it: a cap is spent), follows
 * the client, and closes the run with its ending. The command line and the server both start runs here. It refuses to
 * keep anything.
 */
import { randomBytes } from 'node:crypto';
import { type Clock, type Run, TokenmeterError } from '@tokenmeter/core';
import type { Machine } from '@tokenmeter/core/agents';
import type { Hub, OpenRun } from '../live/port.ts';
import { configuredModel } from './configured-model.ts';
import type { Driver } from './driver.ts';
import { claudeCodeDriver } from './drivers/claude-code.ts';
import { codexDriver } from './drivers/codex.ts';
import { copilotCliDriver, cursorDriver, geminiCliDriver } from './drivers/line-client.ts';
import { openCodeDriver } from './drivers/opencode.ts';
import { type Following, follow } from './follow.ts';
import { findProgram } from './program.ts';

const DRIVERS: readonly Driver[] = [
  claudeCodeDriver,
  codexDriver,
  cursorDriver,
  openCodeDriver,
  geminiCliDriver,
  copilotCliDriver,
];

export interface RunRequest {
  /** Agent id or alias. */
  readonly agent: string;
  /** Handed to the agent; never kept. */
  readonly prompt: string;
  readonly cwd: string;
  readonly model?: string | undefined;
  readonly taskId?: string | undefined;
  readonly title?: string | undefined;
  readonly name?: string | undefined;
  readonly budgetNano?: bigint | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface StartedRun {
  /** Where it is folded, and its ticks are told. */
  readonly hub: Pick<Hub, 'subscribe' | 'liveRun'>;
  readonly open: OpenRun;
  /** Resolves when the run is over and kept. */
  readonly ended: Promise<Run>;
  /** Does not wait for the agent to stop its own way. */
  kill(): void;
}

export interface RunnerOptions {
  readonly hub: Pick<Hub, 'open' | 'subscribe' | 'liveRun'>;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As the config says now, by agent id: the program and words that always follow it. */
  readonly commands: () => Readonly<Record<string, readonly string[]>>;
  readonly graceMs: number;
}

export class AgentRunner {
  readonly #options: RunnerOptions;
  readonly #running = new Set<StartedRun>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Throws `usage` for an agent nobody knows, `not-found` for a program that is not there, and what the hub refuses with. */
  async start(request: RunRequest): Promise<StartedRun> {
    const { hub, clock, machine, env, commands, graceMs } = this.#options;
    const driver = driverOf(request.agent);
    const { cwd, model = '', title = '', prompt } = request;
    const command = findProgram({
      agent: driver.agent,
      names: driver.programs,
      command: commands()[driver.agent],
      env,
      cwd,
    });
    const asked = model || configuredModel(driver.agent, { home: machine.home, cwd, env });
    const run = runOf({ ...request, model: asked }, driver.agent, clock.now());
    let following: Following | undefined;
    const open = await hub.open(run, {
      capabilities: driver.port.capabilities,
      stop: (reason) => following?.stop(reason),
      kill: () => following?.kill(),
    });
    following = follow(
      {
        runId: run.id,
        driver,
        launch: { prompt, cwd, model, title, machine },
        command,
        env,
        clock,
        timeoutMs: request.timeoutMs,
        graceMs,
      },
      open,
    );
    // Somebody may have asked while it was being opened.
    if (open.run.stopReason !== null) following.stop(open.run.stopReason);
    const ended = following.ended.then((ending) => open.finish(ending));
    const started = { hub, open, ended, kill: () => following?.kill() };
    this.#running.add(started);
    void ended.catch(() => undefined).finally(() => this.#running.delete(started));
    return started;
  }

  /** Stops what still runs and waits until all of it is kept. */
  async close(): Promise<void> {
    for (const { open } of this.#running) open.requestStop('user');
    await Promise.allSettled([...this.#running].map(({ ended }) => ended));
  }
}

/** Agent ids that can be started, for messages and completions. */
const STARTABLE: readonly string[] = DRIVERS.map(({ agent }) => agent);

function driverOf(name: string): Driver {
  const alias = ALIASES[name] ?? name;
  const driver = DRIVERS.find(({ agent }) => agent === alias);
  if (driver) return driver;
  throw new TokenmeterError('usage', `Cannot run the agent "${name}", there are ${STARTABLE.join(', ')}`);
}

const ALIASES: Readonly<Record<string, string>> = {
  claude: 'claude-code',
  gemini: 'gemini-cli',
  copilot: 'copilot-cli',
};

function runOf(request: RunRequest, agent: string, startedAt: number): Run {
  return {
    id: randomBytes(8).toString('hex'),
    agent,
    origin: 'started',
    name: request.name ?? '',
    taskId: request.taskId ?? '',
    title: request.title ?? '',
    cwd: request.cwd,
    sessionId: '',
    requestedModel: request.model ?? '',
    model: '',
    status: 'pending',
    stopReason: null,
    message: '',
    startedAt,
    endedAt: null,
    exitCode: null,
    pid: null,
    stopMs: null,
    usage: null,
    calls: 0,
    costNano: null,
    unpricedTokens: 0,
    budgetNano: request.budgetNano ?? null,
    overshootNano: null,
    agentVersion: '',
  };
}
