/** Tools about runs in progress. They are there only in a house that follows runs; stopping one only where it is allowed. */
import { z } from '@hono/zod-openapi';
import { TokenmeterError } from '@tokenmeter/core';
import { formatMoney } from '@tokenmeter/core/format';
import type { House } from '../house.ts';
import type { Hub } from '../live/port.ts';
import { answering, dollars } from './answer.ts';
import type { ToolRegistrar } from './forward.ts';
import { markdownTable } from './table.ts';

export function addLiveTools(server: ToolRegistrar, house: House): void {
  const { live } = house;
  if (!live) return;
  server.registerTool(
    'get_live_runs',
    {
      title: 'Get live runs',
      description: 'Agents at work now, with what each used, cost and is doing.',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    answering(async () => {
      const now = live.now();
      const rows = now.runs.map((run) => [
        run.title ?? run.project_name,
        run.agent_name,
        run.status,
        run.activity.tool?.name ?? run.activity.state,
        run.usage?.tokens ?? null,
        dollars(run.spend),
        run.run_id,
      ]);
      const head = ['Run', 'Agent', 'Status', 'Doing', 'Tokens', 'Cost', 'Id'];
      return { text: rows.length === 0 ? 'Nothing is running.' : markdownTable(head, rows), data: { ...now } };
    }),
  );
  server.registerTool(
    'get_budget_status',
    {
      title: 'Get budget status',
      description: 'What is left of the monthly cap and of the caps of runs in progress.',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    answering(async () => budgetStatus(live)),
  );
  if (house.config.mcpInterrupt) addInterrupt(server, live);
}

async function budgetStatus(live: Hub) {
  const { strip, runs, at } = live.now();
  const capped = runs.flatMap((run) => (run.cap ? [{ run_id: run.run_id, title: run.title, ...run.cap }] : []));
  const month = {
    spent_usd: strip.month.cost_usd,
    complete: strip.month.cost_complete,
    cap_usd: strip.monthly_cap_usd,
  };
  const rows = capped.map((cap) => [
    cap.title ?? cap.run_id,
    `$${cap.spent_usd}`,
    `$${cap.amount_usd}`,
    `${cap.percent}%`,
    cap.state,
  ]);
  const told = `This month: ${dollars(strip.month)} of ${month.cap_usd === null ? 'no cap' : `$${month.cap_usd}`}.`;
  return {
    text: rows.length === 0 ? told : `${told}\n\n${markdownTable(['Run', 'Spent', 'Cap', 'Used', 'State'], rows)}`,
    data: { at, month, runs: capped },
  };
}

function addInterrupt(server: ToolRegistrar, live: Hub): void {
  server.registerTool(
    'interrupt_run',
    {
      title: 'Interrupt a run',
      description: 'Stop a run that Tokenmeter started, its sub-agents included. What it used so far is kept.',
      inputSchema: {
        run_id: z.string().min(1),
        force: z.boolean().optional().describe('Kill at once; only after a graceful stop had no effect'),
      },
      annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    answering(async ({ run_id, force }) => {
      const answer = await live.interrupt(run_id, { force: force === true });
      if (!answer) throw new TokenmeterError('not-found', `Cannot stop the run "${run_id}": no such run is at work`);
      if (answer.state === 'refused')
        throw new TokenmeterError('usage', `Cannot stop the run "${run_id}": ${answer.reason}`);
      const { run } = answer;
      return {
        text: `The run is ${answer.state}. It cost ${formatMoney(run.costNano)} so far.`,
        data: { run_id: run.id, state: answer.state, status: run.status, stop_reason: run.stopReason },
      };
    }),
  );
}
