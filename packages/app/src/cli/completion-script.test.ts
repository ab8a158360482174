/** The scripts as real shells run them, where they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GROUP_KEYS } from '@tokenmeter/core';
import { agents } from '@tokenmeter/core/agents';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';

const ask = (shell: string, ...args: readonly string[]) => spawnSync(shell, args, { encoding: 'utf8' });
const hasShell = (shell: string) => ask(shell, '-c', 'true').status === 0;

let folder: string;
const script = (shell: string) => join(folder, `tokenmeter.${shell}`);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-completions-'));
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(script(shell), (await say(fakeHouse('2026-11-21T12:00:00Z'), ['completions', shell])).out);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is typed, word by word, the last one unfinished; what the shell offers. */
const OFFERS: readonly [readonly string[], readonly string[]][] = [
  [['usa'], ['usage']],
  [['help', 'usa'], ['usage']],
  [['usage', '--by', ''], GROUP_KEYS],
  [
    ['usage', '--by', 'day,mo'],
    ['day,model', 'day,month'],
  ],
  // What is there already is not offered again.
  [['usage', '--by', 'model,mo'], ['model,month']],
  [['export', '--format', 'p'], ['parquet']],
  [['profile', '--format', 'p'], ['pprof']],
  [['tools', '--by', 'm'], ['mcp_server']],
  [['cost', '--by', 'task', '--r'], ['--repo']],
  [['sessions', '--agent', ''], agents.map(({ id }) => id)],
  [['run', '--agent', 'cl'], ['claude']],
  [['sessions', '--sort', 's'], ['started']],
  [
    ['usage', '--period', ''],
    ['all', 'day', 'month', 'week'],
  ],
  [
    ['usage', '--color', 'a'],
    ['always', 'auto'],
  ],
  [
    ['prices', 's'],
    ['set', 'show'],
  ],
  // Options of the part, or of the one that is meant where none is named.
  [['prices', 'set', 'x', '--in'], ['--input']],
  [
    ['prices', '--a'],
    ['--all', '--ascii'],
  ],
  [
    ['config', 'get', 'monthly'],
    ['monthly_cap', 'monthly_cap_usd'],
  ],
  [['task', 'status', 'T-1', 'do'], ['done']],
  [
    ['task', 'status', 'T-1', 'done', '--certainty', 'e'],
    ['estimated', 'exact'],
  ],
  [['completions', 'b'], ['bash']],
];
const sorted = (words: readonly string[]) => [...words].sort();

describe.skipIf(!hasShell('bash'))('bash', () => {
  const offered = (words: readonly string[]) => {
    const { stdout, stderr } = ask(
      'bash',
      '-c',
      `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tokenmeter; printf "%s\\n" "\${COMPREPLY[@]}"`,
      script('bash'),
      'tokenmeter',
      ...words,
    );
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };

  test.each(OFFERS)('%j', (typed, expected) => {
    expect(sorted(offered(typed))).toEqual(sorted(expected));
  });

  test('a value behind = is three words to it', () => {
    expect(offered(['usage', '--by', '=', 'day,mo'])).toEqual(['day,month', 'day,model']);
    expect(offered(['export', '--format', '='])).toEqual(['csv', 'json', 'ndjson', 'parquet']);
  });

  test('where anything may stand it offers nothing of its own, so that files are offered', () => {
    expect(offered(['export', '--output', ''])).toEqual([]);
    expect(offered(['usage', '--since', ''])).toEqual([]);
  });
});

describe.skipIf(!hasShell('fish'))('fish', () => {
  test.each(OFFERS)('%j', (typed, expected) => {
    const { stdout } = ask(
      'fish',
      '--no-config',
      '-c',
      'source $argv[1]; complete -C "$argv[2]"',
      script('fish'),
      `tokenmeter ${typed.join(' ')}`,
    );
    const offered = stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
    expect(sorted(offered)).toEqual(sorted(expected));
  });
});

test.skipIf(!hasShell('zsh'))('zsh can read its script', () => {
  expect(ask('zsh', '-f', '-n', script('zsh'))).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  ['zsh', `'usage --by'|'export --by') each=(${GROUP_KEYS.join(' ')})`],
  ['zsh', "'export --format') known=(csv json ndjson parquet)"],
  ['zsh', "'task status 1') known=("],
  ['fish', `-l by -x -a '(__tokenmeter_list ${GROUP_KEYS.join(' ')})'`],
  ['fish', "'__tokenmeter_in export' -l format -x -a 'csv json ndjson parquet'"],
])('the script for %s has the values of options: %s', async (shell, expected) => {
  expect((await say(fakeHouse('2026-11-21T12:00:00Z'), ['completions', shell])).out).toContain(expected);
});
