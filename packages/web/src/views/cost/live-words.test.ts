import { describe, expect, it } from 'vitest';
import { type Freshness, liveWords, priceWords } from './live-words.ts';

const at = (time: string) => Date.parse(`2026-11-21T${time}+01:00`);
const fresh: Freshness = {
  now: at('14:32:10'),
  dates: { now: at('14:32:10'), tz: 'Europe/Berlin', locale: 'en-US' },
  tz: 'Europe/Berlin',
  offlineSince: undefined,
  failure: undefined,
  isPaused: false,
  pollSeconds: undefined,
  closedAt: undefined,
  dataAt: at('14:32:08'),
  events: 1_284,
  lastEventAt: at('14:32:06'),
};
const text = (change: Partial<Freshness>) => {
  const { strong, rest } = liveWords({ ...fresh, ...change });
  return strong + rest;
};

describe('liveWords()', () => {
  it('tells the time of the figures and the events while they follow', () => {
    expect(liveWords(fresh)).toEqual({
      state: 'live',
      strong: 'Live',
      rest: ', 14:32:08, 1,284 events',
      more: 'Last event 4 s ago',
    });
    expect(text({ pollSeconds: 60 })).toBe('Live, 14:32:08, 1,284 events, updating every 60 s');
    expect(text({ events: 1 })).toBe('Live, 14:32:08, 1 event');
  });

  it('says since when the server is silent, and from when the figures are', () => {
    expect(text({ offlineSince: at('14:02:00') })).toBe('API offline since 14:02, showing figures from 14:32:08');
    expect(text({ offlineSince: at('14:02:00'), dataAt: undefined })).toBe('API offline since 14:02');
  });

  it('tells a failed refresh by its cause', () => {
    expect(text({ failure: 'The server answered 500.' })).toBe(
      'Not refreshed. The server answered 500. Figures from 14:32:08.',
    );
  });

  it('calls a period that is over closed, also while paused', () => {
    expect(text({ closedAt: at('00:00:00'), isPaused: true })).toBe('Closed period, final since Nov 21');
    expect(text({ isPaused: true })).toBe('Paused, showing figures from 14:32:08');
  });

  it('is connecting before the first figures', () => {
    expect(liveWords({ ...fresh, dataAt: undefined }).state).toBe('connecting');
  });
});

describe('priceWords()', () => {
  it('names the age of prices from eight days on', () => {
    expect(priceWords('2026-11-20', fresh.now, fresh.dates)).toEqual({ text: 'Prices from Nov 20', isOld: false });
    expect(priceWords('2026-11-14', fresh.now, fresh.dates).isOld).toBe(false);
    expect(priceWords('2026-11-02', fresh.now, fresh.dates)).toEqual({
      text: 'Prices from Nov 2, 19 days old',
      isOld: true,
    });
  });
});
