/** Choosing sessions of the list, and the address of a comparison. */
import type { WireSession } from '@tokenmeter/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { clearSelection, compareHref, costOf, readCompared, selection, toggleSession } from './selection.ts';
import { makeSession } from './session-row-fixture.ts';

const page: readonly WireSession[] = ['a', 'b', 'c', 'd', 'e'].map((id, index) => makeSession(id, `${index}.5`));
const at = (index: number): WireSession => page[index] ?? makeSession('none', null);
const chosen = () => [...selection.value.keys()];

beforeEach(clearSelection);

describe('toggleSession()', () => {
  it('chooses one, and takes it back', () => {
    toggleSession(at(1), page, false);
    toggleSession(at(3), page, false);
    toggleSession(at(1), page, false);
    expect(chosen()).toEqual(['d']);
  });

  it('chooses all between with Shift, in either direction', () => {
    toggleSession(at(3), page, false);
    toggleSession(at(1), page, true);
    expect(chosen().toSorted()).toEqual(['b', 'c', 'd']);
  });

  it('chooses one alone where the first is on another page', () => {
    toggleSession(makeSession('elsewhere', '1'), [], false);
    toggleSession(at(2), page, true);
    expect(chosen()).toEqual(['elsewhere', 'c']);
  });
});

describe('costOf()', () => {
  it('adds what has a price, and says what has none', () => {
    expect(costOf([at(1), at(2)])).toEqual({ nano: 4_000_000_000n, unpriced: 0 });
    expect(costOf([makeSession('x', null)])).toEqual({ nano: null, unpriced: 100 });
  });
});

describe('an address that compares', () => {
  it('comes back as the ids it was made of, four at most, each once', () => {
    expect(readCompared(new URL(compareHref(['a,b', 'c/d']), 'http://x').search)).toEqual(['a,b', 'c/d']);
    expect(readCompared('?compare=a,b,a,c,d,e')).toEqual(['a', 'b', 'c', 'd']);
    expect(readCompared('?w=day')).toEqual([]);
  });
});
