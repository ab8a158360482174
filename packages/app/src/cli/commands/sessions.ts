/** `tokenmeter sessions`: what ran, newest first or by what it cost. */
import {
  formatNanoDecimal,
  type SessionQuery,
  type SessionSummary,
  TokenmeterError,
  totalTokens,
  wireInstant,
  wireSession,
  wireTotals,
} from '@tokenmeter/core';
import {
  agentName,
  formatDateTime,
  formatDuration,
  formatPlural,
  formatTokens,
  modelName,
  projectName,
} from '@tokenmeter/core/format';
import { csvLine } from '../csv.ts';
import { costCell, moneyFormat } from '../figures.ts';
import { emptyNotes } from '../notes.ts';
import { PERIOD, periodDates, periodHeading, readPeriod } from '../period.ts';
import { renderTable } from '../table.ts';
import { shortPath } from '../usage-report.ts';
import { defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';
import { FILTERS, readFilters } from './usage.ts';

const SORTS = ['started', 'ended', 'cost', 'tokens', 'calls', 'duration'] as const;
const PAGE = 500;

export const sessions = defineVerb({
  name: 'sessions',
  summary: 'Sessions with their calls, tokens and cost',
  args: {
    ...PERIOD,
    agent: FILTERS.agent,
    model: FILTERS.model,
    project: FILTERS.project,
    search: { type: 'string', valueHint: 'TEXT', description: 'Only where title, id, project or branch has the text' },
    sort: { type: 'string', valueHint: 'WORD', description: `${SORTS.join(', ')}; :asc behind it turns it round` },
    limit: { type: 'string', valueHint: 'N', description: 'How many rows, 0 for all; 20 on a terminal, else all' },
    ...FIGURES,
  },
  choices: { sort: { words: SORTS } },
  examples: ['tokenmeter sessions --sort cost --period all', 'tokenmeter session ID shows one of them'],
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, screen, say } = visit;
      const isData = args.json === true || args.csv === true;
      const period = readPeriod(args, house, isData ? 'all' : 'month');
      const limit = readLimit(args.limit, screen.isPiped || isData ? 0 : 20);
      const { sort, descending } = readSort(args.sort ?? 'started');
      const found = await collect(visit, {
        since: period.since,
        until: period.until,
        only: readFilters(args, house),
        search: args.search,
        sort,
        descending,
        limit,
      });
      if (args.json) {
        const document = {
          schema: 'tokenmeter.sessions/1',
          generated_at: wireInstant(visit.now),
          ...periodDates(period),
          tz: period.tz,
          partial: found.sessions.some(({ totals }) => totals.unpricedTokens > 0),
          matched: found.matched,
          sessions: found.sessions.map(wireSession),
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else if (args.csv) {
        for (const line of csv(found.sessions)) await io.out(line);
      } else if (found.sessions.length === 0) {
        await say(args.search ? [`No sessions match "${args.search}".`] : await emptyNotes(visit, period));
      } else {
        const heading = `${periodHeading(period, visit.now, house.config.locale)}  ${formatPlural(found.matched, 'session')}`;
        await say([screen.plain(heading), '', ...table(visit, found.sessions, period.tz), ...rest(found)]);
      }
      return found.sessions.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});

interface Found {
  readonly sessions: readonly SessionSummary[];
  readonly matched: number;
}

/** Page by page, so that asking for all does not ask for one endless page. 0 is all. */
async function collect({ house }: Visit, query: SessionQuery): Promise<Found> {
  const sessions: SessionSummary[] = [];
  const wanted = query.limit || Number.POSITIVE_INFINITY;
  let matched = 0;
  let after: string | undefined;
  do {
    const page = await house.ledger.sessions({ ...query, limit: Math.min(PAGE, wanted - sessions.length), after });
    sessions.push(...page.sessions);
    matched = page.matched;
    after = page.next;
  } while (after !== undefined && sessions.length < wanted);
  return { sessions, matched };
}

function table(visit: Visit, found: readonly SessionSummary[], tz: string): string[] {
  const { house, screen, now } = visit;
  const { locale } = house.config;
  return renderTable(
    {
      columns: [
        { title: 'Started', align: 'left', from: 60 },
        { title: 'Session', align: 'left', shrinkTo: 8 },
        { title: 'Title', align: 'left', shrinkTo: 8 },
        { title: 'Agent', align: 'left', from: 90 },
        { title: 'Project', align: 'left', shrinkTo: 8, cut: 'middle', from: 100 },
        { title: 'Lasted', align: 'right', from: 80 },
        { title: 'Calls', align: 'right', from: 52 },
        { title: 'Tokens', align: 'right' },
        { title: 'Cost', align: 'right' },
      ],
      rows: found.map((session) => [
        {
          text: screen.isPiped
            ? wireInstant(session.startedAt)
            : formatDateTime(session.startedAt, { now, tz, locale }),
        },
        { text: screen.isPiped ? session.sessionId : shortId(session.sessionId), role: 'dim' },
        { text: titleOf(session) },
        { text: screen.isPiped ? session.agent : agentName(session.agent) },
        { text: screen.isPiped ? session.project : shortPath(session.project, house.machine.home) },
        { text: formatDuration(session.endedAt - session.startedAt) },
        { text: String(session.totals.calls) },
        {
          text: screen.isPiped
            ? String(totalTokens(session.totals.usage))
            : formatTokens(totalTokens(session.totals.usage)),
        },
        costCell(session.totals, moneyFormat(house.config)),
      ]),
    },
    screen,
  );
}

/** Enough of an id to find it again: `tokenmeter session` accepts the beginning. Ids that begin with a time need more. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? id.slice(0, 18) : id.slice(0, 8);
}

/** The agent's own title, else the project and the models. */
export function titleOf(session: SessionSummary): string {
  if (session.title) return session.title;
  const models = session.models.slice(0, 2).map(modelName).join(', ');
  return [projectName(session.project, session.repository), models].filter(Boolean).join(' · ');
}

function rest({ sessions: shown, matched }: Found): string[] {
  return shown.length < matched ? ['', `${matched - shown.length} more: --limit 0 shows all`] : [];
}

function readLimit(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text))
    throw new TokenmeterError('usage', `Cannot use "${text}" as --limit, write a whole number`);
  return Number(text);
}

function readSort(text: string): Pick<SessionQuery, 'sort' | 'descending'> {
  const [word = '', direction] = text.split(':');
  const sort = SORTS.find((known) => known === word);
  if (!sort || (direction !== undefined && direction !== 'asc' && direction !== 'desc'))
    throw new TokenmeterError(
      'usage',
      `Cannot sort by "${text}", write ${SORTS.join(', ')}, with :asc behind it to turn it round`,
    );
  return { sort, descending: direction !== 'asc' };
}

function* csv(found: readonly SessionSummary[]): Generator<string> {
  yield csvLine([
    'session',
    'root_session',
    'agent',
    'title',
    'project',
    'branch',
    'started_at',
    'ended_at',
    'models',
    'threads',
    'prompts',
    'compactions',
    'calls',
    'input',
    'cache_read',
    'cache_write_5m',
    'cache_write_1h',
    'output',
    'reasoning',
    'tokens',
    'tool_calls',
    'cost_usd',
    'cost_is_partial',
    'unpriced_tokens',
  ]);
  for (const session of found) {
    const totals = wireTotals(session.totals);
    yield csvLine([
      session.sessionId,
      session.rootSessionId,
      session.agent,
      session.title,
      session.project,
      session.branch,
      wireInstant(session.startedAt),
      wireInstant(session.endedAt),
      session.models.join(' '),
      session.threads,
      session.prompts,
      session.compactions,
      totals.calls,
      totals.input,
      totals.cache_read,
      totals.cache_write_5m,
      totals.cache_write_1h,
      totals.output,
      totals.reasoning,
      totals.tokens,
      totals.tool_calls,
      session.totals.costNano === null ? null : formatNanoDecimal(session.totals.costNano),
      totals.unpriced_tokens > 0,
      totals.unpriced_tokens,
    ]);
  }
}
