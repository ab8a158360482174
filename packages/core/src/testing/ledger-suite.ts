/**
 * The conformance suite every store passes. It is pure: it takes the runner's `test` and `expect` and a way to open an
 * empty ledger that rates with `plainBook`. Every case ends with the ledger agreeing with itself (`verify`).
 *
 *     ledgerSuite({ name: 'sqlite', open: () => openSqliteLedger({ file: ':memory:', book: plainBook, clock }), test, expect });
 */
import type { Ledger, LedgerBatch } from '../ledger.ts';
import type { Runner } from './agent-suite.ts';
import { callCases } from './ledger-suite-calls.ts';
import { historyCases } from './ledger-suite-history.ts';
import { readCases } from './ledger-suite-reads.ts';
import { reportedCases } from './ledger-suite-reported.ts';
import { everything, randomHistory } from './ledger-world.ts';

export interface LedgerSuiteOptions extends Runner {
  readonly name: string;
  /** A ledger with nothing in it, rating with `plainBook`. */
  readonly open: () => Promise<Ledger>;
}

export type LedgerCase = (ledger: Ledger, expect: Runner['expect']) => Promise<void>;
export type LedgerCases = Readonly<Record<string, LedgerCase>>;

export function ledgerSuite({ name, open, test, expect }: LedgerSuiteOptions): void {
  for (const [claim, body] of Object.entries({ ...callCases, ...reportedCases, ...readCases, ...historyCases }))
    test(`${name}: ${claim}`, async () => {
      const ledger = await open();
      try {
        await body(ledger, expect);
        const report = await ledger.verify();
        expect(
          report.checks.filter((check) => !check.ok),
          'the ledger agrees with itself',
        ).toEqual([]);
      } finally {
        await ledger.close();
      }
    });

  test(`${name}: any order of the same batches gives the same answers`, async () => {
    for (const seed of ['a', 'b', 'c']) {
      const batches = randomHistory(seed);
      const orders = [batches, [...batches].reverse(), [...batches.slice(2), ...batches.slice(0, 2)]];
      const answers: unknown[] = [];
      for (const order of orders) {
        const ledger = await open();
        for (const one of order) await ledger.append(one);
        answers.push(await everything(ledger));
        expect((await ledger.verify()).checks.filter((check) => !check.ok)).toEqual([]);
        for (const one of order) await ledger.append(one);
        expect(await everything(ledger), 'twice is once').toEqual(answers.at(-1));
        await ledger.close();
      }
      answers.push(await toldInGroups(open, batches));
      expect(answers[3], `${seed} with more to follow`).toEqual(answers[0]);
      expect(answers[1], `${seed} backwards`).toEqual(answers[0]);
      expect(answers[2], `${seed} turned`).toEqual(answers[0]);
    }
  });
}

/** Batches that more are to follow, ended by what is asked in between, by one that none follows, and by the end. */
async function toldInGroups(open: LedgerSuiteOptions['open'], batches: readonly LedgerBatch[]): Promise<unknown> {
  const ledger = await open();
  for (const [index, one] of batches.entries()) {
    await ledger.append(one, { more: index % 7 !== 3 });
    if (index % 5 === 2) await ledger.query({ by: ['model'], tz: 'UTC' });
  }
  await ledger.finish();
  const told = await everything(ledger);
  await ledger.close();
  return told;
}
