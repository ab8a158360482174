import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeView, FILTER_NAMES, isFiltered, readView, toggleFilter } from './url-state.ts';

describe('readView()', () => {
  it('reads an empty address as the current month, by cost', () => {
    expect(readView('')).toMatchObject({ window: 'month', at: undefined, by: 'cost', only: {}, except: {}, page: 1 });
  });

  it('reads every parameter of the vocabulary', () => {
    const view = readView(
      '?w=week&at=2026-W47&agent=codex,claude-code&-repo=docs&q=wal%20store&sort=tokens:asc&by=tokens',
    );
    expect(view).toMatchObject({
      window: 'week',
      at: '2026-W47',
      only: { agent: ['codex', 'claude-code'] },
      except: { repo: ['docs'] },
      search: 'wal store',
      sort: { column: 'tokens', direction: 'asc' },
      by: 'tokens',
    });
  });

  it('falls back to the default for values nobody knows', () => {
    expect(readView('?w=century&by=weight&page=-3&unit=free')).toMatchObject({
      window: 'month',
      by: 'cost',
      page: 1,
      unit: undefined,
    });
  });

  it('survives a broken escape', () => {
    expect(readView('?q=%E0%A4%A').search).toBe('%E0%A4%A');
  });
});

describe('changeView()', () => {
  it('leaves defaults out', () => {
    expect(changeView('?w=day&at=2026-11-20&by=tokens', { window: 'month', at: undefined, by: 'cost' })).toBe('');
  });

  it('keeps parameters it does not know, in place and as they were written', () => {
    expect(changeView('?theme=a%2Cb&w=day&flag', { window: 'week' })).toBe('?theme=a%2Cb&w=week&flag');
  });

  it('touches only what the change names', () => {
    expect(changeView('?agent=codex&w=day', { sort: { column: 'name', direction: undefined } })).toBe(
      '?agent=codex&w=day&sort=name',
    );
  });

  it('keeps paths readable', () => {
    expect(changeView('', { only: { repo: ['/home/a/b,c'] } })).toBe('?repo=/home/a/b%2Cc');
  });

  it('round-trips any set of filters', () => {
    const value = fc.string({ minLength: 1 });
    const filters = fc.record(
      Object.fromEntries(FILTER_NAMES.map((name) => [name, fc.array(value, { minLength: 1, maxLength: 3 })])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(filters, filters, (only, except) => {
        const view = readView(changeView('?keep=1', { only, except }));
        expect(view.only).toEqual(only);
        expect(view.except).toEqual(except);
      }),
    );
  });
});

describe('toggleFilter()', () => {
  it('adds a value, and takes it away the second time', () => {
    const once = readView(changeView('', toggleFilter(readView(''), 'agent', 'codex')));
    expect(once.only).toEqual({ agent: ['codex'] });
    expect(isFiltered(once)).toBe(true);
    expect(changeView('?agent=codex', toggleFilter(once, 'agent', 'codex'))).toBe('');
  });

  it('moves a value from the filter to the exclusions', () => {
    const view = readView('?agent=codex');
    expect(changeView('?agent=codex', toggleFilter(view, 'agent', 'codex', true))).toBe('?-agent=codex');
  });
});
