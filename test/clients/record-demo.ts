/**
 * Takes the recordings that `tokenmeter demo` plays: real clients at work for a scripted model, every line of their output
 * and of their logs with its time. Texts become their sizes, so that a recording is small and says nothing. Run it by hand:
 * `node test/clients/record-demo.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_SCRIPTS, type DemoScript } from './demo-scripts.ts';
import { startModelServer } from './model-server.ts';
import { commandOf } from './programs.ts';

const OUT = fileURLToPath(new URL('../../packages/app/demo/', import.meta.url));
/** Names and ids are shorter; whatever is longer was said by somebody. */
/** The scripted model's, as Codex is told. */
const PROVIDER = 'scripted';
const LONGEST_NAME = 90;
const LONGEST_LIST = 12;
const LOOK_EVERY_MS = 15;

interface Entry {
  readonly t: number;
  readonly out?: unknown;
  /** Path below the home. */
  readonly file?: string;
  readonly line?: unknown;
}

/** The thread that Codex was given the work in. */
let main = '';

for (const script of DEMO_SCRIPTS) await record(script);

async function record(script: DemoScript): Promise<void> {
  const command = commandOf(script.agent);
  if (!command) throw new Error(`Cannot record "${script.name}" without its client`);
  const model = await startModelServer(script.lanes);
  const home = mkdtempSync(join(tmpdir(), 'record-'));
  const work = join(home, 'work', script.project);
  mkdirSync(work, { recursive: true });
  for (const [name, characters] of Object.entries(script.files ?? {}))
    writeFileSync(join(work, name), 'a line of the file\n'.repeat(Math.ceil(characters / 19)));
  const entries: Entry[] = [];
  const started = Date.now();
  const at = () => Date.now() - started;
  const child =
    script.agent === 'codex'
      ? startCodex(command, home, work, model.url)
      : startClaude(command, home, work, model.url, script);
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const text = rest.slice(0, end);
      rest = rest.slice(end + 1);
      const message = JSON.parse(text);
      entries.push({ t: at(), out: message });
      converse(child, script, message, work);
    }
  });
  child.stderr?.resume();
  const logs = followLogs(home, (file, line) => entries.push({ t: at(), file, line }));
  await new Promise((done) => child.once('close', done));
  logs.finish();
  await model.close();
  const scrubbed = entries.filter(isWanted).map(({ t, out, file, line }) => {
    if (file === undefined) return { t, out: scrub(out, home) };
    return { t, file: file.replaceAll(slugOf(home), '{home-slug}'), line: scrub(line, home) };
  });
  const head = {
    startedAt: started,
    name: script.name,
    title: script.title,
    agent: script.agent,
    project: script.project,
  };
  mkdirSync(OUT, { recursive: true });
  writeFileSync(
    join(OUT, `${script.name}.jsonl`),
    `${[head, ...scrubbed].map((entry) => JSON.stringify(entry)).join('\n')}\n`,
  );
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  console.log(script.name, entries.length, 'entries', model.served.length, 'calls', at(), 'ms');
}

function startClaude(
  command: readonly string[],
  home: string,
  work: string,
  url: string,
  { model }: DemoScript,
): ChildProcess {
  const [program = '', ...words] = command;
  const env = {
    ...process.env,
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'scripted',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'claude-haiku-4-5',
    ANTHROPIC_DEFAULT_SONNET_MODEL: 'claude-sonnet-4-6',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  const options = ['-p', '--output-format', 'stream-json', '--input-format', 'stream-json', '--verbose'];
  const more = ['--include-partial-messages', '--forward-subagent-text', '--model', model];
  const allowed = '--allowedTools=Bash,Agent,Read,Grep,Glob,Edit,Write';
  const child = spawn(program, [...words, ...options, ...more, allowed], { cwd: work, env });
  child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: 'DEMO-TASK' } })}\n`);
  return child;
}

function startCodex(command: readonly string[], home: string, work: string, url: string): ChildProcess {
  const [program = '', ...words] = command;
  mkdirSync(join(home, '.codex'));
  writeFileSync(
    join(home, '.codex', 'config.toml'),
    `model = "gpt-5.3-codex"\nmodel_provider = "${PROVIDER}"\nsandbox_mode = "danger-full-access"\n[model_providers.${PROVIDER}]\nname = "${PROVIDER}"\nbase_url = "${url}/v1"\nenv_key = "SCRIPTED_KEY"\nwire_api = "responses"\n`,
  );
  const env = { ...process.env, HOME: home, SCRIPTED_KEY: 'scripted' };
  const child = spawn(program, [...words, 'app-server'], { cwd: work, env });
  send(child, {
    id: 1,
    method: 'initialize',
    params: { clientInfo: { name: 'tokenmeter', title: 'Tokenmeter', version: '1' } },
  });
  return child;
}

function send(child: ChildProcess, message: unknown): void {
  child.stdin?.write(`${JSON.stringify(message)}\n`);
}

/** The little that a client must be answered until it is done. */
function converse(child: ChildProcess, script: DemoScript, message: Record<string, unknown>, work: string): void {
  if (script.agent === 'claude-code') {
    if (message.type === 'result') child.stdin?.end();
    return;
  }
  const result = (message.result ?? {}) as { thread?: { id: string } }; // -- a pinned client's
  if (message.id === 1) {
    send(child, { method: 'initialized' });
    send(child, { id: 2, method: 'thread/start', params: { cwd: work, approvalPolicy: 'never' } });
  } else if (message.id === 2 && result.thread) {
    main = result.thread.id;
    send(child, {
      id: 3,
      method: 'turn/start',
      params: { threadId: main, input: [{ type: 'text', text: 'DEMO-TASK' }] },
    });
  } else if (message.method === 'turn/completed' && (message.params as { threadId: string }).threadId === main) {
    child.stdin?.end();
  }
}
/** Every line that appears in a log below the home, and every small file beside a log. */
function followLogs(home: string, tell: (file: string, line: unknown) => void) {
  const lengths = new Map<string, number>();
  const look = () => {
    for (const root of ['.claude/projects', '.codex/sessions']) {
      for (const file of filesIn(join(home, root), root)) {
        const text = readFileSync(join(home, file), 'utf8');
        const from = lengths.get(file) ?? 0;
        const to = file.endsWith('.jsonl') ? text.lastIndexOf('\n') + 1 : from === 0 ? text.length : 0;
        if (to <= from) continue;
        lengths.set(file, to);
        for (const line of text.slice(from, to).split('\n')) if (line !== '') tell(file, JSON.parse(line));
      }
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    finish: () => {
      clearInterval(timer);
      look();
    },
  };
}

function filesIn(folder: string, below: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? filesIn(join(folder, entry.name), `${below}/${entry.name}`)
        : /\.(jsonl|meta\.json)$/.test(entry.name)
          ? [`${below}/${entry.name}`]
          : [],
    );
  } catch {
    return [];
  }
}

/** Whole prompts and notices that tell nothing of usage are left out. */
function isWanted({ out, line }: Entry): boolean {
  const { type, method } = (out ?? line ?? {}) as { type?: string; method?: string }; // -- a pinned client's
  if (
    method?.startsWith('remoteControl/') ||
    method === 'configWarning' ||
    method === 'mcpServer/startupStatus/updated'
  )
    return false;
  return !(type?.startsWith('api-request') || type === 'attachment' || type === 'file-history-snapshot');
}

/** Texts become `{"$text": characters}`; the home's path becomes `{home}`; the scripted model's seller is the real one's. */
function scrub(value: unknown, home: string): unknown {
  if (value === PROVIDER) return 'openai';
  if (typeof value === 'string') {
    const plain = value.replaceAll(home, '{home}').replaceAll(slugOf(home), '{home-slug}');
    const isPath = plain.includes('{home') && !plain.includes('\n');
    return (plain.length > LONGEST_NAME && !isPath) || plain.startsWith('/tmp/') ? { $text: value.length } : plain;
  }
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map((item) => scrub(item, home));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrub(item, home)]));
}

/** How Claude Code spells a directory as a folder's name. */
function slugOf(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, '-');
}
