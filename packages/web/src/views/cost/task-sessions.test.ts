import { expect, it } from 'vitest';
import { readView } from '../../url-state.ts';
import { sessionsHref, sessionsTitle } from './task-sessions.ts';

it('sessionsHref() leads to the one session of a task', () => {
  expect(sessionsHref('?w=week&sort=tokens', ['a/b'])).toBe('/sessions/a%2Fb');
  expect(sessionsTitle(['a/b'])).toBe('Go to its session');
});

it('sessionsHref() leads to the list of several in the same period, dearest first, with nothing else of the page', () => {
  expect(sessionsHref('?w=week&at=2026-W47&agent=codex&sort=tokens', ['b', 'a,c'])).toBe(
    '/sessions?w=week&at=2026-W47&session=b,a%2Cc&sort=cost',
  );
  expect(sessionsTitle(['b', 'a'])).toBe('Go to its 2 sessions');
});

it('sessionsHref() names fifty at most, and its title says so', () => {
  const many = Array.from({ length: 1_200 }, (_, index) => `s${index}`);
  const href = sessionsHref('', many) ?? '';
  expect(readView(href.split('?')[1] ?? '').only.session).toEqual(many.slice(0, 50));
  expect(sessionsTitle(many)).toBe('Go to the 50 dearest of its 1,200 sessions');
});

it('sessionsHref() leads nowhere where no session is known', () => {
  expect(sessionsHref('', [])).toBeUndefined();
});
