/**
 * Names cut within a character (half of a pair of surrogates, which only a log's `\ud83d` can spell) are one name here:
 * the engine stores each half as the same replacement mark, so that two calls, sessions or threads that differ in nothing
 * else would be two in memory and one on the disk. Everything else passes as it is.
 */
import type { LedgerBatch } from '@tokenmeter/core';

/** The batch itself where all its names are whole, else one whose texts are what the engine would store. */
export function withWholeNames(batch: LedgerBatch): LedgerBatch {
  return areWhole(batch) ? batch : mended(batch);
}

function areWhole(batch: LedgerBatch): boolean {
  // Those of a session follow one another: what was whole is not looked at again.
  let session = '';
  let thread = '';
  const isSame = (sessionId: string, threadId: string) => {
    if (sessionId === session && threadId === thread) return true;
    session = sessionId;
    thread = threadId;
    return sessionId.isWellFormed() && threadId.isWellFormed();
  };
  for (const { identity, requestId, sessionId, threadId } of batch.calls)
    if (!identity.isWellFormed() || !requestId.isWellFormed() || !isSame(sessionId, threadId)) return false;
  for (const tools of [batch.toolCalls, batch.toolResults])
    for (const { id, sessionId, threadId } of tools)
      if (!id.isWellFormed() || !isSame(sessionId, threadId)) return false;
  const { sessions, threads, prompts, injected, compactions, pullRequests, limits, reportedTotals } = batch;
  for (const events of [sessions, threads, prompts, injected, compactions, pullRequests, limits, reportedTotals])
    for (const event of events)
      for (const value of Object.values(event)) if (typeof value === 'string' && !value.isWellFormed()) return false;
  return true;
}

function mended(batch: LedgerBatch): LedgerBatch {
  const events = <T extends object>(list: readonly T[]): T[] =>
    list.map((event) => {
      const texts = Object.entries(event).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return { ...event, ...Object.fromEntries(texts.map(([key, text]) => [key, text.toWellFormed()])) };
    });
  return {
    ...batch,
    calls: events(batch.calls),
    toolCalls: events(batch.toolCalls),
    toolResults: events(batch.toolResults),
    sessions: events(batch.sessions),
    threads: events(batch.threads),
    prompts: events(batch.prompts),
    injected: events(batch.injected),
    compactions: events(batch.compactions),
    pullRequests: events(batch.pullRequests),
    limits: events(batch.limits),
    reportedTotals: events(batch.reportedTotals),
  };
}
