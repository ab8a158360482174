/**
 * A machine of its own for one test: a home, a data directory, a scripted model, a client configured to ask it, and the
 * built command line. What the model served is the truth; what the product says is read as a user would read it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireBuckets, WireLiveRun } from '@tokenmeter/core';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type Client, commandOf } from './programs.ts';
import { fullUsage, type Lane, type ScriptedUsage } from './script.ts';

export const BIN = fileURLToPath(new URL('../../packages/app/bin/tokenmeter.mjs', import.meta.url));

export interface Frame {
  readonly type: string;
  readonly run: WireLiveRun;
}

export interface Going {
  readonly child: ChildProcess;
  /** Frames of `run --json` so far. */
  readonly frames: readonly Frame[];
  readonly text: () => string;
  readonly errors: () => string;
  /** Exit code, and milliseconds from the last signal that the test sent to the end. */
  readonly ended: Promise<number | null>;
}

export interface World {
  readonly model: ModelServer;
  readonly folder: string;
  start(...words: string[]): Going;
  /** Runs to the end; answers what it printed. */
  say(...words: string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  close(): Promise<void>;
}

/** What a test gives its client beside a model to ask. */
export interface More {
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  /** Lines for the end of Codex's configuration. */
  readonly config?: string;
}

export async function openWorld(
  client: Client,
  command: readonly string[],
  lanes: readonly Lane[],
  more: More = {},
): Promise<World> {
  const model = await startModelServer(lanes);
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-client-'));
  const home = join(folder, 'home');
  const work = join(folder, 'work');
  mkdirSync(home);
  mkdirSync(work);
  const { env, words } = configure(client, home, work, model.url, more.config);
  const started: ChildProcess[] = [];
  const start = (...argv: string[]): Going => {
    const child = spawn(process.execPath, [BIN, '--home', home, '--data', join(folder, 'data'), ...argv], {
      cwd: work,
      env: {
        ...process.env,
        ...env,
        ...more.env,
        TOKENMETER_AGENT_COMMANDS: JSON.stringify({ [client]: [...command, ...words, ...(more.words ?? [])] }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    const frames: Frame[] = [];
    let text = '';
    let rest = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      rest += chunk;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        if (line.startsWith('{"type"')) frames.push(JSON.parse(line));
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    return { child, frames, ended, text: () => text, errors: () => errors };
  };
  return {
    model,
    folder,
    start,
    say: async (...argv) => {
      const going = start(...argv);
      const code = await going.ended;
      return { code, out: going.text(), err: going.errors() };
    },
    close: async () => {
      for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
      await model.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Tells a client where its model is, the way its users do. */
function configure(client: Client, home: string, work: string, url: string, config = '') {
  const write = (folder: string, name: string, text: string) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  switch (client) {
    case 'claude-code':
      return {
        env: {
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_API_KEY: 'scripted',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        },
        words: ['--allowedTools=Bash,Agent'],
      };
    case 'codex':
      write(
        join(home, '.codex'),
        'config.toml',
        `model = "gpt-5.4"\nmodel_provider = "scripted"\nsandbox_mode = "danger-full-access"\n[model_providers.scripted]\nname = "scripted"\nbase_url = "${url}/v1"\nenv_key = "SCRIPTED_KEY"\nwire_api = "responses"\nrequest_max_retries = 2\nstream_max_retries = 2\n${config}`,
      );
      return { env: { SCRIPTED_KEY: 'scripted' }, words: [] };
    case 'opencode':
      write(
        work,
        'opencode.json',
        JSON.stringify({
          model: 'anthropic/claude-sonnet-4-5',
          provider: { anthropic: { options: { baseURL: `${url}/v1`, apiKey: 'scripted' } } },
        }),
      );
      return { env: { OPENCODE_DISABLE_MODELS_FETCH: '1' }, words: [] };
    case 'gemini-cli':
      write(
        join(home, '.gemini'),
        'settings.json',
        JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } }, telemetry: { enabled: false } }),
      );
      return { env: { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: 'scripted' }, words: ['--skip-trust', '--yolo'] };
    case 'copilot-cli':
      return {
        env: {
          COPILOT_OFFLINE: 'true',
          COPILOT_PROVIDER_BASE_URL: url,
          COPILOT_PROVIDER_TYPE: 'anthropic',
          COPILOT_PROVIDER_API_KEY: 'a-key-for-tests-only',
          COPILOT_MODEL: 'claude-sonnet-4-5',
        },
        words: ['--allow-all-tools'],
      };
  }
}

/** The words that start a client, for `describe.skipIf`. */
export function clientCommand(client: Client): readonly string[] {
  return commandOf(client) ?? [];
}

/**
 * Processes of the client that work in this test's folder, where the system tells; the server's own is not one of them.
 */
export function processesIn(folder: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) &&
        !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(BIN)
      );
    } catch {
      return false; // -- gone, or another user's
    }
  });
}

type Counts = Required<ScriptedUsage>;

/** What the model served, summed over answers that came to their end. */
export function truthOf({ served }: Pick<ModelServer, 'served'>, model?: string): Counts {
  return served
    .filter((answer) => answer.end === 'whole' && (model === undefined || answer.model === model))
    .map(({ usage }) => usage)
    .reduce(add, fullUsage());
}

/** Buckets of a frame or a report as the script spells them; reasoning that nobody told counts as none. */
export function countsOf(buckets: Omit<WireBuckets, 'tokens'> | null | undefined): Counts {
  return fullUsage({
    input: buckets?.input ?? 0,
    cacheRead: buckets?.cache_read ?? 0,
    cacheWrite5m: buckets?.cache_write_5m ?? 0,
    cacheWrite1h: buckets?.cache_write_1h ?? 0,
    output: buckets?.output ?? 0,
    reasoning: buckets?.reasoning ?? 0,
  });
}

function add(a: Counts, b: Counts): Counts {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}
