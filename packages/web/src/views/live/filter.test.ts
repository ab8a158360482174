import { expect, it } from 'vitest';
import { readView } from '../../url-state.ts';
import { passes, reposOf } from './filter.ts';
import { makeRun } from './run-fixture.ts';

const run = makeRun();

it.each([
  ['', true],
  ['?repo=ledger-api', true],
  ['?repo=docs,ledger-api', true],
  ['?repo=docs', false],
  ['?-repo=ledger-api', false],
  ['?repo=ledger-api&agent=codex', false],
  ['?branch=feat/wal&model=claude-opus-4-6', true],
])('passes() reads the address %s', (search, expected) => {
  expect(passes(run, readView(search))).toBe(expected);
});

it('reposOf() counts runs by repository', () => {
  expect(reposOf([run, makeRun({ project_name: 'docs' }), run])).toEqual([
    ['docs', 1],
    ['ledger-api', 2],
  ]);
});
