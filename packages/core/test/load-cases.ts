/**
 * Loads recorded cases for tests: `packages/core/fixtures/<agent>/<case>/` holds `expected.json` and, beside it, a home
 * directory as the agent left it (`.claude/projects/...`, `.codex/sessions/...`; `projects/`, `sessions/` and
 * `archived_sessions/` alone stand for those). It uses Node, so only `*.test.ts` files may import it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AgentCase, Expected } from '../src/testing/agent-suite.ts';
import type { FoldTotals } from '../src/testing/fold.ts';

/** What an `expected.json` may say. Unknown keys are refused, so that a typing error is not a test that never runs. */
export interface ExpectedFile extends Expected {
  /** What the case shows and where it comes from: the agent's version, what was scrubbed. */
  readonly about: string;
  /** UTC ms of creation by path, for cases in which it decides who owns a call. */
  readonly bornAt?: Readonly<Record<string, number>> | undefined;
  /** Totals of the ledger where reconciling a reported total adds to what the logs' calls say. */
  readonly ledger?: FoldTotals | undefined;
  /** Tool calls of the ledger where it leaves some out: those whose asking call never ended and is not known. */
  readonly ledgerToolCalls?: Readonly<Record<string, number>> | undefined;
}

export interface LoadedCase extends AgentCase {
  readonly about: string;
  /** What the ledger answers: `expected.ledger`, else the totals. */
  readonly ledger: FoldTotals;
  readonly ledgerToolCalls: Readonly<Record<string, number>> | undefined;
}

const KEYS =
  'about totals byModel byThread byCaller sessions toolCalls prompts compactions bornAt ledger ledgerToolCalls'.split(
    ' ',
  );
const SHORT: Readonly<Record<string, string>> = {
  projects: '.claude/projects',
  sessions: '.codex/sessions',
  archived_sessions: '.codex/archived_sessions',
};
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** All cases of an agent, sorted by name. Throws where a case has no `expected.json` or one with unknown keys. */
export function loadCases(agentId: string): LoadedCase[] {
  const folder = `${fixtures}${agentId}/`;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'live')
    .map((entry) => loadCase(entry.name, `${folder}${entry.name}/`))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function loadCase(name: string, folder: string): LoadedCase {
  const { about, bornAt, ledger, ledgerToolCalls, ...expected } = readExpected(`${folder}expected.json`);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => path !== 'expected.json')
    .sort();
  const files = paths.map((path) => {
    const relativePath = inHome(path);
    return { relativePath, bytes: new Uint8Array(readFileSync(folder + path)), bornAt: bornAt?.[path] ?? 0 };
  });
  return {
    name,
    about,
    files,
    expected,
    ledger: ledger ?? expected.totals,
    ledgerToolCalls: ledgerToolCalls ?? expected.toolCalls,
  };
}

function readExpected(file: string): ExpectedFile {
  const expected = JSON.parse(readFileSync(file, 'utf8')) as ExpectedFile; // as -- keys are checked below, values by the suite
  const unknown = Object.keys(expected).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0 || !expected.totals || !expected.about)
    throw new Error(
      `Cannot use "${file}": it needs "about" and "totals", unknown keys: ${unknown.join(', ') || 'none'}`,
    );
  return expected;
}

function inHome(path: string): string {
  const [first = '', ...rest] = path.split('/');
  return [SHORT[first] ?? first, ...rest].join('/');
}
