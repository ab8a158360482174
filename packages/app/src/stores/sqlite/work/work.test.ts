import { fixedClock } from '@tokenmeter/core';
import { plainBook, workSuite } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../ledger.ts';

workSuite({
  name: 'in memory',
  open: () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(1_780_000_000_000) }),
  test,
  expect,
});
