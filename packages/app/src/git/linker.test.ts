import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batch, call, plainBook } from '@tokenmeter/core/testing';
import { sumCells } from '@tokenmeter/core/work';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteLedger, type ReplaceableLedger } from '../stores/sqlite/ledger.ts';
import { gitCommand } from './command.ts';
import { Linker } from './linker.ts';

const NOON = Date.parse('2026-06-01T12:00:00Z');
const HOUR = 3_600_000;
let dir: string;
let ledger: ReplaceableLedger;
let linker: Linker;
const clock = { now: () => NOON + 100 * HOUR };

beforeEach(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'tokenmeter-git-')));
  ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock });
  linker = new Linker({ work: ledger.work, git: gitCommand, clock });
  git('.', 0, 'init', '-q', '-b', 'main', 'api');
});
afterEach(async () => {
  await linker.close();
  await ledger.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Runs git in a folder as if it were `hours` after noon. */
function git(folder: string, hours: number, ...words: string[]): string {
  const date = `@${(NOON + hours * HOUR) / 1000} +0000`;
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  return execFileSync('git', ['-C', join(dir, folder), ...words], { env, encoding: 'utf8' }).trim();
}

function commit(folder: string, hours: number, name: string): string {
  writeFileSync(join(dir, folder, name), name);
  git(folder, hours, 'add', '.');
  git(folder, hours, 'commit', '-qm', name);
  return git(folder, hours, 'rev-parse', 'HEAD');
}

/** A call in a folder, so many hours after noon. */
function work(identity: string, folder: string, hours: number, branch = 'main') {
  return call(identity, { cwd: join(dir, folder), branch, at: NOON + hours * HOUR, sessionId: `s-${identity}` });
}

const callsIn = async (kind: 'repo' | 'commit' | 'release', id: string) =>
  sumCells(await ledger.work.scope(kind, id)).sums.calls;

describe('Linker', () => {
  test('ties calls to the first commit after them on their branch, and that to its release', async () => {
    const first = commit('api', 1, 'a');
    git('api', 2, 'tag', '-a', 'v1.0', '-m', 'one');
    const second = commit('api', 4, 'b');
    await ledger.append(batch({ calls: [work('1', 'api', 0), work('2', 'api', 3), work('3', 'api', 5)] }));
    const report = await linker.link();
    expect(report).toMatchObject({ repos: 1, changed: 1, directories: 1, commits: 2, releases: 1, homeless: 0 });
    const [release] = (await ledger.work.list('release', { limit: 10 })).items;
    expect(release).toMatchObject({ tag: 'v1.0', commitSha: first, releasedAt: NOON + 2 * HOUR });
    expect([await callsIn('commit', first), await callsIn('commit', second)]).toEqual([1, 1]);
    expect(await callsIn('release', release?.id ?? '')).toBe(1);
    const { cells } = await ledger.work.cells();
    expect(cells.map((cell) => [cell.session, cell.outcome]).sort()).toEqual([
      ['s-1', 'shipped'],
      ['s-2', 'committed'],
      ['s-3', 'uncommitted'],
    ]);
  });

  test('worktrees and folders inside fold into their repository; each branch has its own commits', async () => {
    commit('api', 0, 'a');
    git('api', 0, 'worktree', 'add', '-q', '-b', 'topic', '../api-topic');
    mkdirSync(join(dir, 'api', 'docs'));
    const onTopic = commit('api-topic', 2, 'b');
    const onMain = commit('api', 3, 'c');
    await ledger.append(
      batch({ calls: [work('1', 'api-topic', 1, 'topic'), work('2', 'api/docs', 1), work('3', 'api', 1)] }),
    );
    expect(await linker.link()).toMatchObject({ repos: 1, directories: 3 });
    const [repo] = (await ledger.work.list('repo', { limit: 10 })).items;
    expect(repo).toMatchObject({ name: 'api', root: join(dir, 'api') });
    expect(await callsIn('repo', repo?.id ?? '')).toBe(3);
    expect([await callsIn('commit', onTopic), await callsIn('commit', onMain)]).toEqual([1, 2]);
  });

  test('a branch that was merged and deleted is looked for among all commits', async () => {
    commit('api', 0, 'a');
    git('api', 0, 'switch', '-qc', 'topic');
    const made = commit('api', 2, 'b');
    git('api', 3, 'switch', '-q', 'main');
    git('api', 3, 'merge', '-q', '--no-ff', '-m', 'merge', 'topic');
    git('api', 3, 'branch', '-qd', 'topic');
    await ledger.append(batch({ calls: [work('1', 'api', 1, 'topic')] }));
    await linker.link();
    expect(await callsIn('commit', made)).toBe(1);
  });

  test('what is reverted is told, and what is reverted back is not', async () => {
    const bad = commit('api', 1, 'bad');
    git('api', 2, 'revert', '--no-edit', 'HEAD');
    const good = commit('api', 3, 'good');
    git('api', 4, 'revert', '--no-edit', 'HEAD');
    git('api', 5, 'revert', '--no-edit', 'HEAD');
    await ledger.append(batch({ calls: [work('1', 'api', 0), work('2', 'api', 2.5)] }));
    await linker.link();
    const { commits } = await ledger.work.names();
    expect([commits.get(bad)?.isReverted, commits.get(good)?.isReverted]).toEqual([true, false]);
    expect((await ledger.work.cells()).cells.map((cell) => cell.outcome)).toEqual(['reverted', 'committed']);
  });

  test('clones of one remote are one repository; a directory that is gone goes by the remote its log told', async () => {
    git('.', 0, 'init', '-q', '-b', 'main', 'other');
    commit('api', 1, 'a');
    for (const folder of ['api', 'other']) git(folder, 0, 'remote', 'add', 'origin', 'git@github.com:acme/api.git');
    const gone = work('3', 'gone', 0);
    await ledger.append(
      batch({
        calls: [work('1', 'api', 0), work('2', 'other', 0), gone, work('4', 'nowhere', 0)],
        sessions: [
          {
            type: 'session',
            agent: gone.agent,
            sessionId: gone.sessionId,
            rootSessionId: gone.sessionId,
            parentSessionId: '',
            title: '',
            cwd: gone.cwd,
            branch: 'main',
            repository: 'https://token@github.com/acme/api',
            version: '',
            at: NOON,
          },
        ],
      }),
    );
    expect(await linker.link()).toMatchObject({ repos: 1, directories: 3, homeless: 1 });
    const repo = await ledger.work.find('repo', 'acme/api');
    expect(repo?.remote).toBe('github.com/acme/api');
    expect(await callsIn('repo', repo?.id ?? '')).toBe(3);
  });

  test('asks a clone again only when its refs moved, and knows then what is new', async () => {
    commit('api', 1, 'a');
    await ledger.append(batch({ calls: [work('1', 'api', 2)] }));
    expect((await linker.link()).changed).toBe(1);
    expect((await linker.link()).changed).toBe(0);
    const later = commit('api', 3, 'b');
    expect((await linker.link()).changed).toBe(1);
    expect(await callsIn('commit', later)).toBe(1);
  });

  test('an amended commit takes the place of the one it was', async () => {
    const before = commit('api', 1, 'a');
    await ledger.append(batch({ calls: [work('1', 'api', 0)] }));
    await linker.link();
    git('api', 2, 'commit', '-q', '--amend', '-m', 'better');
    const after = git('api', 2, 'rev-parse', 'HEAD');
    await linker.link();
    expect([await callsIn('commit', before), await callsIn('commit', after)]).toEqual([0, 1]);
  });

  test('a repository’s own configuration starts nothing', async () => {
    const marker = join(dir, 'started');
    commit('api', 1, 'a');
    for (const key of ['core.fsmonitor', 'core.pager', 'pager.log', 'gpg.program', 'core.sshCommand'])
      git('api', 1, 'config', key, `touch ${marker}`);
    git('api', 1, 'config', 'log.showSignature', 'true');
    await ledger.append(batch({ calls: [work('1', 'api', 0)] }));
    await linker.link();
    expect(gitCommand.isThere(marker)).toBe(false);
  });
});
