/** Tools about the work: telling tokens, changing a task's status, asking what something cost. */
import { z } from '@hono/zod-openapi';
import type { WireTokenSummary } from '@tokenmeter/core';
import { formatTokensExact } from '@tokenmeter/core/format';
import { wireTokenEvent } from '@tokenmeter/core/work';
import type { House } from '../house.ts';
import { readSummary, SUMMARY_SCOPES } from '../work/cost.ts';
import { eventFields, statusFields } from '../work/shapes.ts';
import { changeTaskStatus } from '../work/status.ts';
import { tellEvent } from '../work/token-events.ts';
import { answering, dollars } from './answer.ts';
import type { ToolRegistrar } from './forward.ts';
import { markdownTable } from './table.ts';

const create = z.boolean().optional().describe('Make the task, workplan or repository if there is none of that id');

export function addWorkTools(server: ToolRegistrar, house: House): void {
  const telling = (isCreating: boolean | undefined) => ({
    work: house.work,
    isCreating: isCreating === true,
    now: house.clock.now(),
  });

  server.registerTool(
    'record_token_event',
    {
      title: 'Record a token event',
      description:
        'Tell what was used on a task, workplan, repository, commit or release. Say certainty "estimated" for anything that is not a provider\'s count. What Tokenmeter measured itself counts once, whatever is told.',
      inputSchema: { ...eventFields, create },
      annotations: { destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    answering(async ({ create: isCreating, ...told }) => {
      const { status, event } = await tellEvent(telling(isCreating), told);
      if (status !== 'duplicate') house.ingest.announce(1);
      const wire = wireTokenEvent(event);
      const known = status === 'duplicate' ? ' It was told before: no second event was made.' : '';
      const beside = wire.superseded ? ' This work is measured as well: the event is kept and in no sum.' : '';
      return {
        text: `Recorded ${formatTokensExact(wire.tokens_total)} (${wire.certainty}).${known}${beside}`,
        data: { ...wire, duplicate: status === 'duplicate' },
      };
    }),
  );

  server.registerTool(
    'update_task_status',
    {
      title: 'Update the status of a task',
      description:
        'Change the status of a task and, with tokens_in or tokens_out, tell what it took: one call, one event, and a retry makes no second one. Leave tokens out where they are unknown; 0 means none.',
      inputSchema: { task_id: z.string().describe('Its id or title'), ...statusFields, create },
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    answering(async ({ task_id, create: isCreating, ...change }) => {
      const result = await changeTaskStatus(telling(isCreating), task_id, change);
      if (result.changed || result.event_created) house.ingest.announce(1);
      const told = result.event
        ? ` ${formatTokensExact(result.event.tokens_total)} ${result.event_created ? 'recorded' : 'were recorded before'}.`
        : '';
      const now = result.changed ? 'is now' : 'was already';
      return { text: `"${result.task.title}" ${now} ${result.task.status}.${told}`, data: { ...result } };
    }),
  );

  server.registerTool(
    'get_token_summary',
    {
      title: 'Get a token summary',
      description: 'What one task, workplan (workstream), repository, commit or release used and cost, as a table.',
      inputSchema: {
        scope: z.enum(SUMMARY_SCOPES),
        id: z.string().min(1).describe('Id or name: title, repository name, tag, hash'),
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    answering(async ({ scope, id }) => {
      const summary = await readSummary({ ledger: house.ledger, work: house.work }, scope, id, house.clock.now());
      return { text: summaryText(summary), data: { ...summary } };
    }),
  );
}

function summaryText(summary: WireTokenSummary): string {
  const parts = (['measured', 'reported', 'estimated'] as const)
    .filter((part) => summary[part].count > 0)
    .map((part) => [
      part,
      summary[part].tokens_in,
      summary[part].tokens_out,
      summary[part].tokens,
      dollars(summary[part]),
    ]);
  const superseded = summary.superseded.count;
  return [
    `${summary.scope} ${summary.name} (${summary.id})`,
    '',
    markdownTable(
      ['', 'Tokens in', 'Tokens out', 'Total', 'Cost'],
      [...parts, ['total', summary.tokens_in, summary.tokens_out, summary.tokens, dollars(summary)]],
    ),
    '',
    markdownTable(
      ['Model', 'Tokens in', 'Tokens out', 'Total', 'Cost'],
      summary.by_model.map((row) => [row.model, row.tokens_in, row.tokens_out, row.tokens, dollars(row)]),
    ),
    ...(superseded > 0
      ? [
          '',
          `${superseded} told of work that was measured as well: ${formatTokensExact(summary.superseded.tokens)}, not counted.`,
        ]
      : []),
  ].join('\n');
}
