/** What a comparison says of each session, and which figures it marks. */
import { describe, expect, it } from 'vitest';
import { costMarks, markExtremes, measureRows } from './compare-rows.ts';
import { makeSession } from './session-row-fixture.ts';

describe('markExtremes()', () => {
  it('marks the lowest and the highest known figure, ties alike', () => {
    expect(markExtremes([3, 1, null, 3, 2])).toEqual(['highest', 'lowest', undefined, 'highest', undefined]);
  });

  it('marks nothing where all are equal or unknown', () => {
    expect(markExtremes([2, 2, null])).toEqual([undefined, undefined, undefined]);
    expect(markExtremes([null, null])).toEqual([undefined, undefined]);
  });
});

describe('measureRows()', () => {
  it('leaves an unknown figure blank, and never marks it', () => {
    const rows = measureRows([
      makeSession('a', '1', { context_peak: 50_000, context_window: 200_000 }),
      makeSession('b', '2'),
    ]);
    const peak = rows.find(({ name }) => name === 'Context peak');
    expect(peak?.cells).toEqual([
      { text: '50.0k 25%', mark: undefined },
      { text: '—', mark: undefined },
    ]);
    expect(rows.find(({ name }) => name === 'Cache hit')?.cells[0]?.text).toBe('38%');
  });
});

describe('costMarks()', () => {
  it('marks no amount that is not whole', () => {
    const partly = makeSession('c', '0.1');
    const totals = { ...partly.totals, cost_complete: false, unpriced_tokens: 5 };
    expect(costMarks([makeSession('a', '1'), makeSession('b', '2'), { ...partly, totals }])).toEqual([
      'lowest',
      'highest',
      undefined,
    ]);
  });
});
