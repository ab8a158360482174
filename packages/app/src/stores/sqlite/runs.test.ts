import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@tokenmeter/core';
import { createPriceBook } from '@tokenmeter/core/price';
import { batch, call, exampleRun, runStoreSuite } from '@tokenmeter/core/testing';
import { describe, expect, it, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const open = (file: string) => openSqliteLedger({ file, book: () => createPriceBook(), clock: fixedClock(0) });

describe('SqliteRuns', () => {
  it('lends its title to a session that has none, which is found by it', async () => {
    const ledger = await open(':memory:');
    const session = (sessionId: string, title: string) => ({
      ...({ type: 'session', agent: 'claude-code', sessionId, rootSessionId: sessionId, parentSessionId: '' } as const),
      ...{ title, cwd: '', branch: '', repository: '', version: '', at: 1 },
    });
    await ledger.append(
      batch({
        sessions: [session('s1', ''), session('s2', 'Its own')],
        calls: [call('a', { sessionId: 's1', threadId: 's1' }), call('b', { sessionId: 's2', threadId: 's2' })],
      }),
    );
    await ledger.runs.save(exampleRun({ sessionId: 's1', title: 'Mend the shop' }), []);
    await ledger.runs.save(exampleRun({ id: 'run_2', sessionId: 's2', title: 'Of the run' }), []);
    const sessions = async (search?: string) => {
      const found = await ledger.sessions({ limit: 9, sort: 'started', descending: false, search });
      return Object.fromEntries(found.sessions.map(({ sessionId, title }) => [sessionId, title]));
    };
    expect(await sessions()).toEqual({ s1: 'Mend the shop', s2: 'Its own' });
    expect(await sessions('mend the')).toEqual({ s1: 'Mend the shop' });
    await ledger.close();
  });

  runStoreSuite({ open: async () => (await open(':memory:')).runs, test: (name, work) => test(name, work), expect });

  it('survives a restore: it goes on with the file that took the place of its own', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tokenmeter-runs-'));
    try {
      const ledger = await open(join(dir, 'ledger.db'));
      await ledger.runs.save(exampleRun(), []);
      await ledger.backup(join(dir, 'copy.db'));
      await ledger.runs.save(exampleRun({ id: 'run_later' }), []);
      await ledger.replaceBy(join(dir, 'copy.db'));
      expect((await ledger.runs.runs({ limit: 10 })).runs.map(({ id }) => id)).toEqual(['run_1']);
      await ledger.runs.save(exampleRun({ id: 'run_new' }), []);
      await ledger.close();
      const again = await open(join(dir, 'ledger.db'));
      expect(await again.runs.run('run_new')).toEqual(exampleRun({ id: 'run_new' }));
      await again.close();
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
