/** `tokenmeter session ID`: the tree of threads, then every call with the tools it asked for. Beginnings of ids will do. */
import {
  type CallView,
  dayKey,
  inputTokens,
  type SessionDetail,
  type SessionSummary,
  type ThreadSummary,
  TokenmeterError,
  type Totals,
  totalTokens,
  wireCall,
  wireInstant,
  wireSessionDetail,
  wireTotals,
} from '@tokenmeter/core';
import {
  agentName,
  certaintyMark,
  formatBytes,
  formatClock,
  formatContextPercent,
  formatDate,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatPlural,
  formatTokens,
  modelName,
  pullRequestName,
} from '@tokenmeter/core/format';
import { askAttribution } from '../../ask-attribution.ts';
import { attributionTable } from '../attribution-table.ts';
import { costCell, moneyFormat } from '../figures.ts';
import { type Cell, renderTable } from '../table.ts';
import { shortPath } from '../usage-report.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { printable } from '../width.ts';
import { type Visit, withHouse } from '../with-house.ts';
import { titleOf } from './sessions.ts';
import { toolsDocument } from './tools.ts';

const PAGE = 1000;

export const session = defineVerb({
  name: 'session',
  summary: 'One session: its threads, calls and tools',
  args: {
    id: { type: 'positional', required: true, description: 'Id of the session, or its beginning' },
    calls: { type: 'boolean', default: true, description: 'List the calls', negativeDescription: 'Only the threads' },
    tools: { type: 'boolean', description: 'What consumed its tokens: tools, sub-agents, fixed costs' },
    tz: { type: 'string', valueHint: 'ZONE', description: 'IANA zone of the times' },
    ...COMMON,
    scan: FIGURES.scan,
    json: FIGURES.json,
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const detail = await findSession(visit, args.id);
      const calls = args.calls && !args.tools ? await allCalls(visit, detail.summary.sessionId) : [];
      const tz = args.tz ?? visit.house.config.tz;
      if (args.tools) return sessionTools(visit, detail, tz, args.json === true);
      if (args.json) {
        const document = {
          schema: 'tokenmeter.session/1',
          generated_at: wireInstant(visit.now),
          tz,
          ...wireSessionDetail(detail),
          calls: calls.map((call) => ({ ...wireCall(call, visit.house.ledger.prices()), ...callNames(call) })),
        };
        await visit.io.out(`${JSON.stringify(document)}\n`);
        return EXIT.ok;
      }
      await visit.say([...header(visit, detail, tz), '', ...threadTree(visit, detail)]);
      if (calls.length > 0) await visit.say(`\n${callTable(visit, calls, tz).join('\n')}`);
      return EXIT.ok;
    }),
});

/** The session's tokens by tool, its sub-agents within the tasks that started them. */
async function sessionTools(visit: Visit, detail: SessionDetail, tz: string, isJson: boolean): Promise<number> {
  const { house, io, now, say } = visit;
  const { report, bill } = await askAttribution(house.ledger, {
    scope: 'session',
    id: detail.summary.sessionId,
    tz,
    group: 'tool',
    measure: 'tokens',
    method: 'ledger',
    withContext: true,
    namesAllowed: house.config.itemNames,
  });
  if (isJson) {
    const { sessionId } = detail.summary;
    const document = { ...toolsDocument(report, wireTotals(bill)), session: sessionId, items: report.items };
    await io.out(
      `${JSON.stringify({ ...document, in_context: report.in_context, generated_at: wireInstant(now), tz })}\n`,
    );
  } else {
    const lines = [
      ...header(visit, detail, tz),
      ...nestedSessions(detail, bill),
      '',
      ...attributionTable(visit, report),
    ];
    await say(lines);
  }
  return EXIT.ok;
}

/** Some agents give a sub-agent a session of its own: the heading is without it, what consumed the tokens is with it. */
function nestedSessions({ summary }: SessionDetail, whole: Totals): string[] {
  const calls = whole.calls - summary.totals.calls;
  if (calls <= 0) return [];
  return [`Below with the sessions of its sub-agents: ${formatPlural(calls, 'call')} more`];
}

/** What a script needs of a call beyond what the pages show. */
function callNames(call: CallView) {
  return {
    response_id: call.identity,
    request_id: call.requestId || null,
    price_id: call.priceId,
    price_match: call.priceMatch,
  };
}

/** The session an id or its beginning names. Throws `no-data` for none and `usage` for several. */
export async function findSession({ house }: Visit, id: string): Promise<SessionDetail> {
  const exact = await house.ledger.session(undefined, id);
  if (exact) return exact;
  const page = await house.ledger.sessions({ search: id, sort: 'started', descending: true, limit: 50 });
  const matches = page.sessions.filter(({ sessionId }) => sessionId.startsWith(id));
  const [match] = matches;
  if (match && matches.length === 1) {
    const detail = await house.ledger.session(match.agent, match.sessionId);
    if (detail) return detail;
  }
  if (matches.length > 1) {
    const list = matches
      .slice(0, 5)
      .map(({ sessionId }) => sessionId)
      .join(', ');
    throw new TokenmeterError(
      'usage',
      `Cannot tell which session "${id}" is: ${list}${matches.length > 5 ? ' and more' : ''}; write more of it`,
    );
  }
  throw new TokenmeterError('no-data', `Cannot find a session "${id}", tokenmeter sessions lists them`);
}

async function allCalls({ house }: Visit, sessionId: string): Promise<CallView[]> {
  const calls: CallView[] = [];
  let after: string | undefined;
  do {
    const page = await house.ledger.calls(sessionId, { limit: PAGE, after });
    calls.push(...page.calls);
    after = page.next;
  } while (after !== undefined);
  return calls;
}

function header({ house, screen, now }: Visit, { summary, marks }: SessionDetail, tz: string): string[] {
  const { locale } = house.config;
  const cost = costCell(summary.totals, moneyFormat(house.config));
  const started = formatDateTime(summary.startedAt, { now, tz, locale });
  const requests = summary.pullRequests.map(pullRequestName);
  const place = [shortPath(summary.project, house.machine.home), summary.branch, ...requests]
    .filter(Boolean)
    .join(', ');
  const context = formatContextPercent(summary.contextPeak, summary.contextWindow);
  const prompts = marks.filter(({ kind }) => kind === 'prompt').length || summary.prompts;
  return [
    `${started} for ${formatDuration(summary.endedAt - summary.startedAt)}, ${tz}`,
    screen.paint('bold', printable(titleOf(summary))),
    printable([agentName(summary.agent), place].filter(Boolean).join(' · ')),
    [
      [cost.text, cost.mark].filter(Boolean).join(' '),
      `${formatTokens(totalTokens(summary.totals.usage))} tokens`,
      formatPlural(summary.totals.calls, 'call'),
      formatPlural(summary.totals.toolCalls, 'tool call'),
      formatPlural(prompts, 'prompt'),
      ...(summary.compactions > 0 ? [formatPlural(summary.compactions, 'compaction')] : []),
      ...(summary.contextPeak === null ? [] : [`context up to ${context} (${formatTokens(summary.contextPeak)})`]),
    ].join(' · '),
    screen.paint('dim', printable(summary.sessionId)),
  ].map((line) => screen.plain(line));
}

function threadTree(visit: Visit, { summary, threads, children }: SessionDetail): string[] {
  const { house, screen } = visit;
  const money = moneyFormat(house.config);
  const known = new Set(threads.map(({ threadId }) => threadId));
  const below = (parent: string) =>
    threads.filter(({ parentThreadId, threadId }) =>
      parent === ''
        ? parentThreadId === '' || !known.has(parentThreadId)
        : parentThreadId === parent && threadId !== parent,
    );
  const rows: Cell[][] = [];
  const add = (thread: ThreadSummary, lead: string, next: string) => {
    rows.push([{ text: lead + threadName(thread, summary) }, ...figures(thread.models, thread, money)]);
    const under = below(thread.threadId);
    for (const [index, child] of under.entries()) {
      const isLast = index === under.length - 1;
      add(child, `${next}${isLast ? '└ ' : '├ '}`, `${next}${isLast ? '  ' : '│ '}`);
    }
  };
  for (const thread of below('')) add(thread, '', '');
  for (const child of children) {
    rows.push([
      { text: `└ ${titleOf(child)} (session ${child.sessionId.slice(0, 8)})` },
      ...figures(child.models, child, money),
    ]);
  }
  return renderTable(
    {
      columns: [
        { title: 'Thread', align: 'left', shrinkTo: 8 },
        { title: 'Model', align: 'left', shrinkTo: 8, from: 72 },
        { title: 'Calls', align: 'right', from: 54 },
        { title: 'Tools', align: 'right', from: 62 },
        { title: 'Tokens', align: 'right' },
        { title: 'Cost', align: 'right' },
      ],
      rows,
    },
    screen,
  );
}

function threadName(thread: ThreadSummary, summary: SessionSummary): string {
  if (thread.name) return thread.name;
  return thread.parentThreadId === '' || thread.threadId === summary.sessionId ? 'Main agent' : 'Sub-agent';
}

function figures(
  models: readonly string[],
  { totals }: Pick<SessionSummary, 'totals'>,
  money: ReturnType<typeof moneyFormat>,
): Cell[] {
  return [
    { text: models.map(modelName).join(', ') },
    { text: String(totals.calls) },
    { text: String(totals.toolCalls) },
    { text: formatTokens(totalTokens(totals.usage)) },
    costCell(totals, money),
  ];
}

function callTable(visit: Visit, calls: readonly CallView[], tz: string): string[] {
  const { screen, house } = visit;
  const count = screen.isPiped ? (value: number) => String(value) : formatTokens;
  const money = moneyFormat(house.config);
  const book = house.ledger.prices();
  // As for sessions and threads: what the log says, else the catalogue.
  const windowOf = (call: CallView) => call.contextWindow ?? book.contextWindow(call.agent, '', call.model);
  const days = new Set([calls.at(0), calls.at(-1)].map((call) => call && dayKey(call.at, tz)));
  const format = { now: visit.now, tz, locale: house.config.locale };
  const time = (at: number) =>
    days.size > 1 ? `${formatDate(at, format)}, ${formatClock(at, tz)}` : formatClock(at, tz);
  return renderTable(
    {
      columns: [
        { title: 'Time', align: 'left' },
        { title: 'Call', align: 'left', shrinkTo: 8 },
        { title: 'Context', align: 'right', from: 84 },
        { title: 'Input', align: 'right', from: 54 },
        { title: 'Cache rd', align: 'right', from: 76 },
        { title: 'Cache wr', align: 'right', from: 76 },
        { title: 'Output', align: 'right', from: 54 },
        { title: 'Tokens', align: 'right', below: 54 },
        { title: 'Cost', align: 'right' },
      ],
      rows: calls.flatMap((call) => [
        [
          { text: screen.isPiped ? wireInstant(call.at) : time(call.at) },
          { text: [modelName(call.model), call.caller === 'lead' ? '' : call.caller].filter(Boolean).join(', ') },
          { text: formatContextPercent(inputTokens(call.usage), windowOf(call)) },
          { text: count(call.usage.input) },
          { text: count(call.usage.cacheRead) },
          { text: count(call.usage.cacheWrite5m + call.usage.cacheWrite1h) },
          { text: certaintyMark(call.certainty) + count(call.usage.output) },
          { text: certaintyMark(call.certainty) + count(totalTokens(call.usage)) },
          call.costNano === null
            ? { text: '—', mark: '?' }
            : { text: certaintyMark(call.certainty) + formatMoney(call.costNano, money) },
        ],
        ...call.tools.map((tool): Cell[] => [
          { text: '' },
          { text: `  ${tool.name}${sizeOf(tool)}${tool.isError ? ', failed' : ''}`, role: 'dim' },
        ]),
      ]),
    },
    screen,
  );
}

function sizeOf(tool: CallView['tools'][number]): string {
  return tool.resultBytes === null ? '' : `, ${formatBytes(tool.resultBytes)} back`;
}
