/**
 * From what somebody asks (a run, a session, a project, a period) to the ledger's question and the report of its answer:
 * the same for the command line and the server, which are given a ledger and nothing else of the machine.
 */
import type {
  AttributionAnswer,
  AttributionQuery,
  LedgerReader,
  Query,
  RunStore,
  Totals,
  WireAttribution,
  WireAttributionGroupBy,
  WireAttributionScope,
} from '@tokenmeter/core';
import { attributionReport, TokenmeterError, wireInstant } from '@tokenmeter/core';

export interface AttributionAsked {
  readonly scope: WireAttributionScope;
  /** Of the run, session or project; undefined for a period. */
  readonly id?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly tz: string;
  readonly only?: Query['only'];
  readonly except?: Query['except'];
  readonly group: WireAttributionGroupBy;
  readonly measure: 'tokens' | 'cost';
  readonly method: 'ledger' | 'in_flight';
  /** Undefined: nested for a run or a session by kind or tool, else flat. */
  readonly subagents?: 'nested' | 'flat' | undefined;
  readonly withContext: boolean;
  readonly namesAllowed: boolean;
  /** Where runs are kept: one that was started is a stretch of the session it has. */
  readonly runs?: Pick<RunStore, 'run'> | undefined;
}

/** Throws `no-data` for a run or session that is not there. */
export async function askAttribution(
  ledger: LedgerReader,
  asked: AttributionAsked,
): Promise<{ readonly report: WireAttribution; readonly bill: Totals }> {
  const { scope, group, since, until, tz } = asked;
  const isOne = scope === 'run' || scope === 'session';
  const answer = await findAttribution(ledger, asked, {
    byThread: isOne || group === 'thread',
    withItems: isOne || group === 'file',
  });
  const report = attributionReport(answer, {
    scope,
    id: asked.id,
    period: { since: wireInstant(since ?? null), until: wireInstant(until ?? null), tz },
    group: group === 'file' && !asked.namesAllowed ? 'tool' : group,
    measure: asked.measure,
    method: asked.method,
    subagents: asked.subagents ?? (isOne ? 'nested' : 'flat'),
    namesAllowed: asked.namesAllowed,
    withContext: asked.withContext && isOne,
  });
  return { report, bill: answer.bill };
}

/** The answer itself, with the totals that it adds up to. */
export async function findAttribution(
  ledger: LedgerReader,
  asked: Pick<
    AttributionAsked,
    'scope' | 'id' | 'since' | 'until' | 'only' | 'except' | 'method' | 'withContext' | 'runs'
  >,
  how: Pick<AttributionQuery, 'byThread' | 'withItems'>,
): Promise<AttributionAnswer> {
  const { except, method, withContext } = asked;
  const run = asked.scope === 'run' ? await asked.runs?.run(asked.id ?? '') : undefined;
  const isStretch = run?.origin === 'started' && run.sessionId !== '';
  const since = asked.since ?? (isStretch ? run.startedAt : undefined);
  const until = asked.until ?? (isStretch && run.endedAt !== null ? run.endedAt + AFTERMATH_MS : undefined);
  const id = isStretch ? run.sessionId : asked.id;
  const only = { ...asked.only, ...(await scopeOf(ledger, { scope: asked.scope, id })) };
  return ledger.attribution({ since, until, only, except, method, withContext, ...how });
}

/** An agent may write the end of its last call a little after its process is gone. */
const AFTERMATH_MS = 10_000;

/** A session is counted with the sessions of its sub-agents; a run that was observed is its root session. */
async function scopeOf(
  ledger: LedgerReader,
  { scope, id = '' }: Pick<AttributionAsked, 'scope' | 'id'>,
): Promise<Query['only']> {
  if (scope === 'period') return {};
  if (scope === 'project') return { project: [id] };
  const detail = await ledger.session(undefined, id);
  if (!detail) throw new TokenmeterError('no-data', `Cannot find a ${scope} with the id "${id}"`);
  const below = detail.children.filter((child) => child.rootSessionId === detail.summary.sessionId);
  return { session: [detail.summary.sessionId, ...below.map((child) => child.sessionId)] };
}
