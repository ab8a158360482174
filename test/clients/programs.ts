/**
 * The real clients, in pinned versions from the registry, in a cache folder that outlives the tests. One that cannot be had
 * is skipped, loudly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env.TOKENMETER_TEST_CLIENTS ?? join(homedir(), '.cache', 'tokenmeter-test-clients');
const PLATFORM = `${process.platform}-${process.arch}`;

interface Pinned {
  readonly version: string;
  readonly name: string;
  /** The program below `node_modules`. */
  readonly program: string;
  /** True for a script that this Node runs. */
  readonly isScript?: boolean;
}

const CLIENTS = {
  'claude-code': {
    name: '@anthropic-ai/claude-code',
    version: '2.1.330',
    program: `@anthropic-ai/claude-code-${PLATFORM}/claude`,
  },
  codex: { name: '@openai/codex', version: '0.169.0', program: '.bin/codex' },
  opencode: { name: 'opencode-ai', version: '1.18.33', program: `opencode-${PLATFORM}/bin/opencode` },
  'gemini-cli': { name: '@google/gemini-cli', version: '0.61.0', program: '.bin/gemini', isScript: true },
  'copilot-cli': { name: '@github/copilot', version: '1.0.102', program: '.bin/copilot' },
} as const satisfies Record<string, Pinned>;

export type Client = keyof typeof CLIENTS;

/** The words that start a client, undefined where it cannot be had here. Installs it on first use. */
export function commandOf(client: Client): readonly string[] | undefined {
  const { name, version, program, isScript }: Pinned = CLIENTS[client];
  const folder = join(CACHE, `${client}-${version}`);
  const path = join(folder, 'node_modules', program);
  if (!existsSync(path)) install(folder, `${name}@${version}`);
  if (!existsSync(path)) {
    console.warn(`\n*** SKIPPED: ${name}@${version} cannot be had here (${path}) ***\n`);
    return undefined;
  }
  return isScript ? [process.execPath, path] : [path];
}

function install(folder: string, specifier: string): void {
  console.warn(`Installing ${specifier} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', specifier];
  // Of a client for another Node than ours only the program is run, which brings its own.
  spawnSync('npm', words, { cwd: folder, stdio: 'inherit', timeout: 300_000 });
}
