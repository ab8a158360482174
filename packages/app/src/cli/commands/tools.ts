/**
 * `tokenmeter tools`: what consumed the tokens, by tool, kind, file, MCP server, agent or thread, as a table or as the
 * machine contract `tokenmeter.tools/1`, whose rows add up to its totals in every bucket and in money.
 */
import { TokenmeterError, type WireAttribution, wireInstant, wireTotals } from '@tokenmeter/core';
import { askAttribution } from '../../ask-attribution.ts';
import { attributionTable } from '../attribution-table.ts';
import { emptyNotes } from '../notes.ts';
import { PERIOD, periodDates, readPeriod } from '../period.ts';
import { heading } from '../usage-report.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';
import { FILTERS, readFilters } from './usage.ts';

const GROUPS = ['tool', 'kind', 'file', 'mcp_server', 'agent', 'thread'] as const;
const METHODS = ['ledger', 'in_flight'] as const;
const MEASURES = ['tokens', 'cost'] as const;

export const tools = defineVerb({
  name: 'tools',
  summary: 'What consumed the tokens: tools, files, sub-agents, fixed costs',
  args: {
    by: { type: 'string', valueHint: 'KEY', description: `Rows by ${GROUPS.join(', ')}` },
    method: {
      type: 'string',
      valueHint: 'NAME',
      description: 'ledger, or in_flight: whole calls to the tools just run',
    },
    sort: { type: 'string', valueHint: 'WORD', description: 'tokens or cost' },
    ...PERIOD,
    ...FILTERS,
    ...COMMON,
    scan: FIGURES.scan,
    json: FIGURES.json,
  },
  choices: { by: { words: GROUPS }, method: { words: METHODS }, sort: { words: MEASURES } },
  examples: [
    'tokenmeter tools',
    'tokenmeter tools --by file --since 7d',
    'tokenmeter tools --by kind --period all --json',
  ],
  run: async (args, cli) => {
    const group = oneOf('by', args.by ?? 'tool', GROUPS);
    const method = oneOf('method', args.method ?? 'ledger', METHODS);
    const measure = oneOf('sort', args.sort ?? 'tokens', MEASURES);
    return withHouse(cli, args, async (visit) => {
      const { house, io, now, say } = visit;
      const period = readPeriod(args, house, args.json ? 'all' : 'month');
      const only = readFilters(args, house);
      const asked = { scope: 'period', ...period, only, group, measure, method, withContext: false } as const;
      const { report, bill } = await askAttribution(house.ledger, { ...asked, namesAllowed: house.config.itemNames });
      const isEmpty = report.groups.length === 0;
      if (args.json) {
        const document = {
          ...toolsDocument(report, wireTotals(bill)),
          generated_at: wireInstant(now),
          ...periodDates(period),
          tz: period.tz,
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else {
        await say(
          isEmpty
            ? await emptyNotes(visit, period)
            : [...heading(visit, bill, period, only), '', ...attributionTable(visit, report)],
        );
      }
      return isEmpty ? EXIT.noData : EXIT.ok;
    });
  },
});

/** The contract's document but for when and where it was asked. */
export function toolsDocument(report: WireAttribution, totals: ReturnType<typeof wireTotals>) {
  const { group, method, measured_share, advice, period } = report;
  return {
    schema: 'tokenmeter.tools/1',
    by: group,
    method,
    period,
    totals,
    measured_share,
    rows: report.groups.map(({ key, kind, entered, carried, output, total, calls, ...row }) => ({
      key: { [group]: key },
      kind,
      entered,
      carried,
      output,
      total: {
        ...total,
        reasoning: null,
        cost_usd: row.cost_usd,
        cost_complete: row.cost_complete,
        unpriced_tokens: row.unpriced_tokens,
        tool_calls: calls ?? 0,
      },
      measured_share: row.measured_share,
      tokens_percent: row.tokens_percent,
      cost_percent: row.cost_percent,
      mean_result_bytes: row.mean_result_bytes,
      re_reads: row.re_reads,
    })),
    advice,
  };
}

function oneOf<const T extends readonly string[]>(name: string, word: string, words: T): T[number] {
  const found = words.find((known) => known === word);
  if (found === undefined)
    throw new TokenmeterError('usage', `Cannot use "${word}" as --${name}, write ${words.join(', ')}`);
  return found;
}
