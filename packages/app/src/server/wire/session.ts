/** Schemas of the answers that tell of sessions, threads and marks. */
import { z } from '@hono/zod-openapi';
import {
  type SessionPage,
  type WireMark,
  type WireSession,
  type WireSessionDetail,
  type WireSessionPage,
  type WireThread,
  wireSession,
} from '@tokenmeter/core';
import { count, instant, totalsSchema } from './totals.ts';

const sessionSchema: z.ZodType<WireSession> = z
  .object({
    agent: z.string(),
    agent_name: z.string(),
    session_id: z.string(),
    root_session_id: z.string(),
    parent_session_id: z.string().nullable(),
    title: z.string().nullable().openapi({
      description:
        "The agent's own title, else the first line of the first prompt where `titles` is `prompt`; null: show project and time",
    }),
    project: z.string().openapi({ description: 'Working directory' }),
    project_name: z.string(),
    branch: z.string().nullable(),
    started_at: instant,
    ended_at: instant,
    models: z.array(z.string()),
    threads: count,
    prompts: count,
    compactions: count,
    pull_requests: z.array(z.string()).openapi({ description: 'Addresses, the first told first' }),
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

export function wireSessionPage(page: SessionPage): WireSessionPage {
  return { sessions: page.sessions.map(wireSession), matched: page.matched, next: page.next ?? null };
}
