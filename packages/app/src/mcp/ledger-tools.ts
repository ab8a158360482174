/** Tools that read the ledger: what was used, and what consumed it. */
import { z } from '@hono/zod-openapi';
import { GROUP_KEYS, TokenmeterError, wireQueryResult } from '@tokenmeter/core';
import { askAttribution } from '../ask-attribution.ts';
import type { House } from '../house.ts';
import { readPeriod } from '../server/period.ts';
import { answering, dollars } from './answer.ts';
import type { ToolRegistrar } from './forward.ts';
import { markdownTable } from './table.ts';

const period = {
  window: z.enum(['day', 'week', 'month', 'all']).optional().describe('The current one; month if absent'),
  since: z.string().optional().describe('Instead: first day (2026-11-01) or instant'),
  until: z.string().optional().describe('Last day, or the instant before which'),
};
/** Rows that are shown. */
const SHOWN = 30;
/** Rows of the data: agents read it as they read the table, and pay for it. */
const MOST = 200;

export function addLedgerTools(server: ToolRegistrar, house: House): void {
  const { ledger, config, clock } = house;
  const between = (asked: {
    since?: string | undefined;
    until?: string | undefined;
    window?: 'day' | 'week' | 'month' | 'all' | undefined;
  }) =>
    readPeriod(
      asked.since === undefined && asked.until === undefined ? { ...asked, window: asked.window ?? 'month' } : asked,
      config.tz,
      clock.now(),
    );

  server.registerTool(
    'get_usage',
    {
      title: 'Get usage',
      description: 'Tokens and cost of a period, by day, agent, model, project, session, caller and more.',
      inputSchema: {
        by: z.array(z.enum(GROUP_KEYS)).min(1).max(3).optional().describe('Rows by these; agent and model if absent'),
        ...period,
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    answering(async (asked) => {
      const by = asked.by ?? ['agent', 'model'];
      const result = wireQueryResult(await ledger.query({ by, ...between(asked) }), clock.now());
      const rows = result.rows
        .slice(0, SHOWN)
        .map((row) => [...by.map((key) => row.key[key] ?? ''), row.calls, row.tokens, dollars(row)]);
      const head = [...by, 'Calls', 'Tokens', 'Cost'];
      const total = [
        'total',
        ...by.slice(1).map(() => ''),
        result.totals.calls,
        result.totals.tokens,
        dollars(result.totals),
      ];
      const more = result.rows.length > SHOWN ? `\n\n${result.rows.length - SHOWN} more rows.` : '';
      return {
        text: `${markdownTable(head, [...rows, total])}${more}`,
        data: {
          ...result,
          rows: result.rows.slice(0, MOST),
          rows_left_out: Math.max(0, result.rows.length - MOST),
        },
      };
    }),
  );

  server.registerTool(
    'get_attribution',
    {
      title: 'Get attribution',
      description: 'What consumed the tokens of a run, a session or a period: which tools, sub-agents and fixed costs.',
      inputSchema: {
        scope: z.enum(['run', 'session', 'project', 'period']).optional().describe('period if absent'),
        id: z.string().optional().describe('Of the run or session; the directory of a project'),
        group: z.enum(['kind', 'tool', 'mcp_server', 'agent', 'thread']).optional().describe('kind if absent'),
        ...period,
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    answering(async (asked) => {
      const scope = asked.scope ?? 'period';
      if (scope === 'period' && asked.id !== undefined)
        throw new TokenmeterError('usage', 'Cannot read "id" of a period: say the scope it is of, run or session');
      const isWhole = scope === 'run' || scope === 'session';
      if (isWhole && (asked.since ?? asked.until ?? asked.window) !== undefined)
        throw new TokenmeterError('usage', `Cannot narrow a ${scope} to a period: it is told as a whole`);
      const { report } = await askAttribution(ledger, {
        scope,
        id: asked.id,
        ...(isWhole ? { tz: config.tz } : between(asked)),
        group: asked.group ?? 'kind',
        measure: 'tokens',
        method: 'ledger',
        withContext: false,
        // Names of files and commands stay on this machine; who asks here may be a model elsewhere.
        namesAllowed: false,
      });
      const rows = report.groups
        .slice(0, SHOWN)
        .map((group) => [
          group.label ?? (group.key || group.kind),
          `${group.tokens_percent}%`,
          group.total.tokens,
          group.calls,
          dollars(group),
        ]);
      return { text: markdownTable(['What', 'Share', 'Tokens', 'Calls', 'Cost'], rows), data: { ...report } };
    }),
  );
}
