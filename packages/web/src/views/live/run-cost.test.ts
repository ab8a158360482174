import { expect, it } from 'vitest';
import { runCost } from './run-cost.ts';
import { makeRun, makeThread, spend } from './run-fixture.ts';

const child = (id: string, usd: string | null) =>
  makeThread({ thread_id: id, parent_thread_id: 'main', spend: spend(usd, usd === null ? 9 : 0) });
const cents = (text: string | undefined) => Math.round(Number((text ?? '').replace('$', '')) * 100);

it('runCost() writes parts that add up as they are read', () => {
  const run = makeRun({
    spend: spend('3.820000000'),
    own_cost_usd: '2.474000000',
    subagent_cost_usd: '1.346000000',
    threads: [makeThread(), child('a', '0.672000000'), child('b', '0.674000000'), child('c', null)],
  });
  const cost = runCost(run, { locale: 'en-US' });
  expect(cents(cost.ownText) + cents(cost.belowText)).toBe(382);
  expect(cents(cost.texts.get('a')) + cents(cost.texts.get('b'))).toBe(cents(cost.belowText));
  expect(cost.texts.get('c')).toBe('—');
});

it('runCost() writes each by itself where the frames do not fit together', () => {
  const run = makeRun({
    spend: spend('5'),
    own_cost_usd: '1',
    subagent_cost_usd: '1',
    threads: [makeThread(), child('a', '3')],
  });
  const cost = runCost(run, { locale: 'en-US' });
  expect([cost.ownText, cost.belowText, cost.texts.get('a')]).toEqual(['$1.00', '$1.00', '$3.00']);
});

it('runCost() of a run without a price is unknown, not nothing', () => {
  const run = makeRun({ spend: spend(null, 100), own_cost_usd: null, subagent_cost_usd: null });
  expect(runCost(run, {})).toMatchObject({ total: null, own: null, ownText: '—' });
});
