/** The list of sessions of a period, a page at a time, and all of it where somebody copies it. */
import type { WireSession, WireSessionPage } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export interface SessionsQuestion extends UsageQuestion {
  readonly text: string;
  /** As the server spells it: `cost`, `started:asc`. */
  readonly sort: string;
  readonly limit: number;
  readonly after: string | undefined;
}

export interface SessionsAnswer extends SessionsQuestion {
  readonly page: WireSessionPage;
}

export const sessions = resource<SessionsAnswer>();

const MOST_ROWS = 500;

export function sessionsKey(question: SessionsQuestion): string {
  return [usageKey(question), question.text, question.sort, question.after ?? ''].join('\n');
}

export async function loadSessions(question: SessionsQuestion, force = false): Promise<void> {
  await sessions.load(
    sessionsKey(question),
    async (signal) => ({ ...question, page: await ask<WireSessionPage>(pathOf(question), { signal }) }),
    force,
  );
}

/** Every session that the question matches, from the first page on. */
export async function fetchAllSessions(question: SessionsQuestion): Promise<readonly WireSession[]> {
  const all: WireSession[] = [];
  let after: string | undefined;
  do {
    const page = await ask<WireSessionPage>(pathOf({ ...question, limit: MOST_ROWS, after }));
    all.push(...page.sessions);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

function pathOf({ view, period, text, sort, limit, after }: SessionsQuestion): string {
  const parameters = new URLSearchParams({
    ...bounds(period.since, period.until),
    ...(text === '' ? {} : { q: text }),
    sort,
    limit: String(limit),
    ...(after === undefined ? {} : { after }),
  });
  return `/api/sessions?${parameters}${filterParameters(view)}`;
}
