/** Sessions, threads and marks as the wire spells them, with the schemas of their answers. */
import { z } from '@hono/zod-openapi';
import {
  type SessionDetail,
  type SessionMark,
  type SessionPage,
  type SessionSummary,
  type ThreadSummary,
  type WireMark,
  type WireSession,
  type WireSessionDetail,
  type WireSessionPage,
  type WireThread,
  wireInstant,
  wireTotals,
} from '@tokenmeter/core';
import { projectName } from '@tokenmeter/core/format';
import { count, instant, totalsSchema } from './totals.ts';

const sessionSchema: z.ZodType<WireSession> = z
  .object({
    agent: z.string(),
    agent_name: z.string(),
    session_id: z.string(),
    root_session_id: z.string(),
    parent_session_id: z.string().nullable(),
    title: z.string().nullable().openapi({ description: "The agent's own title; null: show project and time" }),
    project: z.string().openapi({ description: 'Working directory' }),
    project_name: z.string(),
    branch: z.string().nullable(),
    started_at: instant,
    ended_at: instant,
    models: z.array(z.string()),
    threads: count,
    prompts: count,
    compactions: count,
    context_peak: count.nullable(),
    context_window: count.nullable(),
    totals: totalsSchema,
  })
  .openapi('Session');

export const sessionPageSchema: z.ZodType<WireSessionPage> = z
  .object({
    sessions: z.array(sessionSchema),
    matched: count.openapi({ description: 'Sessions that match, on all pages' }),
    next: z.string().nullable().openapi({ description: 'Hand it back as `after` for the next page' }),
  })
  .openapi('SessionPage');

const threadSchema: z.ZodType<WireThread> = z
  .object({
    thread_id: z.string(),
    parent_thread_id: z.string().nullable(),
    name: z.string().nullable(),
    spawned_by: z.string().nullable(),
    models: z.array(z.string()),
    started_at: instant,
    ended_at: instant,
    context_used: count.nullable(),
    context_window: count.nullable(),
    totals: totalsSchema,
  })
  .openapi('Thread', { description: 'One context window; its totals are its own, children are apart' });

const markSchema: z.ZodType<WireMark> = z
  .object({
    kind: z.enum(['compaction', 'prompt']),
    thread_id: z.string(),
    at: instant,
    before: count.nullable(),
    after: count.nullable(),
  })
  .openapi('Mark');

export const sessionDetailSchema: z.ZodType<WireSessionDetail> = z
  .object({
    session: sessionSchema,
    threads: z.array(threadSchema),
    marks: z.array(markSchema),
    children: z.array(sessionSchema),
  })
  .openapi('SessionDetail');

/** What an agent is called on screen; its id where nobody registered it. */
export type NameAgent = (id: string) => string;

function wireSession(session: SessionSummary, nameAgent: NameAgent): WireSession {
  return {
    agent: session.agent,
    agent_name: nameAgent(session.agent),
    session_id: session.sessionId,
    root_session_id: session.rootSessionId,
    parent_session_id: session.parentSessionId || null,
    title: session.title || null,
    project: session.project,
    project_name: projectName(session.project, session.repository),
    branch: session.branch || null,
    started_at: wireInstant(session.startedAt),
    ended_at: wireInstant(session.endedAt),
    models: session.models,
    threads: session.threads,
    prompts: session.prompts,
    compactions: session.compactions,
    context_peak: session.contextPeak,
    context_window: session.contextWindow,
    totals: wireTotals(session.totals),
  };
}

export function wireSessionPage(page: SessionPage, nameAgent: NameAgent): WireSessionPage {
  return {
    sessions: page.sessions.map((session) => wireSession(session, nameAgent)),
    matched: page.matched,
    next: page.next ?? null,
  };
}

export function wireSessionDetail(detail: SessionDetail, nameAgent: NameAgent): WireSessionDetail {
  return {
    session: wireSession(detail.summary, nameAgent),
    threads: detail.threads.map(wireThread),
    marks: detail.marks.map(wireMark),
    children: detail.children.map((child) => wireSession(child, nameAgent)),
  };
}

function wireThread(thread: ThreadSummary): WireThread {
  return {
    thread_id: thread.threadId,
    parent_thread_id: thread.parentThreadId || null,
    name: thread.name || null,
    spawned_by: thread.spawnedBy || null,
    models: thread.models,
    started_at: wireInstant(thread.startedAt),
    ended_at: wireInstant(thread.endedAt),
    context_used: thread.contextUsed,
    context_window: thread.contextWindow,
    totals: wireTotals(thread.totals),
  };
}

function wireMark(mark: SessionMark): WireMark {
  return {
    kind: mark.kind,
    thread_id: mark.threadId,
    at: wireInstant(mark.at),
    before: mark.before,
    after: mark.after,
  };
}
