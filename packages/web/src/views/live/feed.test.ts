import { describe, expect, it } from 'vitest';
import { addCalls, EMPTY_FEED, openEntry, releaseFeed, startFeed } from './feed.ts';
import { makeCall } from './run-fixture.ts';

/** Newest first. */
const calls = (...ids: number[]) => ids.map((id) => makeCall(`c${id}`));
const shown = ({ entries }: typeof EMPTY_FEED) =>
  entries.map(({ calls: [first, ...more] }) => (more.length === 0 ? first?.call_id : `+${more.length + 1}`));

describe('addCalls()', () => {
  it('puts the newest on top', () => {
    const feed = addCalls(startFeed(calls(1, 0)), calls(3, 2), 0, false);
    expect(shown(feed)).toEqual(['c3', 'c2', 'c1', 'c0']);
  });

  it('inserts at most four times a second: what is more is one entry that counts', () => {
    const many = calls(...Array.from({ length: 15 }, (_, index) => 15 - index));
    expect(shown(addCalls(EMPTY_FEED, many, 0, false))).toEqual(['+12', 'c3', 'c2', 'c1']);
    const singly = many
      .toReversed()
      .reduce((feed, call, index) => addCalls(feed, [call], index * 60, false), EMPTY_FEED);
    expect(shown(singly)).toEqual(['+12', 'c3', 'c2', 'c1']);
  });

  it('shows a fourth call in a second as a call', () => {
    expect(shown(addCalls(EMPTY_FEED, calls(4, 3, 2, 1), 0, false))).toEqual(['c4', 'c3', 'c2', 'c1']);
  });

  it('begins to count anew when the second is over', () => {
    const first = addCalls(EMPTY_FEED, calls(5, 4, 3, 2, 1), 0, false);
    expect(shown(addCalls(first, calls(6), 1_000, false))).toEqual(['c6', '+2', 'c3', 'c2', 'c1']);
  });

  it('replaces a call that it knows where it stands, also in a counted entry', () => {
    const feed = addCalls(EMPTY_FEED, calls(5, 4, 3, 2, 1), 0, false);
    const priced = addCalls(
      feed,
      [makeCall('c4', { cost_usd: '0.5' }), makeCall('c2', { cost_usd: '0.7' })],
      50,
      false,
    );
    expect(shown(priced)).toEqual(shown(feed));
    expect(priced.entries.flatMap((entry) => entry.calls).map(({ cost_usd }) => cost_usd)).toEqual([
      '0.020000000',
      '0.5',
      '0.020000000',
      '0.7',
      '0.020000000',
    ]);
  });

  it('keeps forty', () => {
    let feed = EMPTY_FEED;
    for (let id = 0; id < 60; id++) feed = addCalls(feed, calls(id), id * 1_000, false);
    expect(feed.entries).toHaveLength(40);
    expect(shown(feed)[0]).toBe('c59');
  });
});

describe('while somebody points', () => {
  it('calls wait, and come in one go afterwards', () => {
    const held = addCalls(addCalls(startFeed(calls(0)), calls(1), 0, true), calls(3, 2), 10, true);
    expect(shown(held)).toEqual(['c0']);
    expect(held.held.map(({ call_id }) => call_id)).toEqual(['c3', 'c2', 'c1']);
    const free = releaseFeed(held);
    expect(shown(free)).toEqual(['c3', 'c2', 'c1', 'c0']);
    expect(free.held).toEqual([]);
  });
});

it('openEntry() shows the calls of a counted entry', () => {
  const feed = addCalls(EMPTY_FEED, calls(6, 5, 4, 3, 2, 1), 0, false);
  expect(shown(openEntry(feed, feed.entries[0]?.id ?? ''))).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1']);
});
