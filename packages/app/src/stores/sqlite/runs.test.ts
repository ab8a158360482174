import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@tokenmeter/core';
import { createPriceBook } from '@tokenmeter/core/price';
import { exampleRun, runStoreSuite } from '@tokenmeter/core/testing';
import { describe, expect, it, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const open = (file: string) => openSqliteLedger({ file, book: () => createPriceBook(), clock: fixedClock(0) });

describe('SqliteRuns', () => {
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
