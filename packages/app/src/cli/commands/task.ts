/** `tokenmeter task add|list|show|status`: the tasks that spend is accounted to. */
import { TokenmeterError, type WireTokenSummary } from '@tokenmeter/core';
import { formatTokens } from '@tokenmeter/core/format';
import {
  EVENT_CERTAINTIES,
  type EventCertainty,
  TASK_STATUSES,
  type TaskStatus,
  wireTask,
} from '@tokenmeter/core/work';
import { readSummary } from '../../work/cost.ts';
import { tellEntity } from '../../work/entities.ts';
import { CREATE, firstIssue } from '../../work/shapes.ts';
import { changeTaskStatus } from '../../work/status.ts';
import { renderTable } from '../table.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { withHouse } from '../with-house.ts';
import { dollarsOf } from './cost.ts';

const json = { type: 'boolean', description: 'One JSON document with raw values' } as const;
const MOST = 1_000;

export const add = defineVerb({
  name: 'task add',
  summary: 'Make a task, or change one',
  args: {
    title: { type: 'positional', required: true, description: 'What it is called' },
    id: { type: 'string', valueHint: 'ID', description: 'Your own id for it; made if absent' },
    workplan: { type: 'string', valueHint: 'NAME', description: 'Workplan it is in; made if there is none' },
    repo: { type: 'string', valueHint: 'NAME', description: 'Repository it is in; made if there is none' },
    session: { type: 'string', valueHint: 'IDS', description: 'Sessions that are work on it, several with commas' },
    ...COMMON,
    json,
  },
  examples: ['tokenmeter task add "Move the store" --workplan Storage', 'tokenmeter task add "Fix" --session 4f2a...'],
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io, now, say }) => {
      const told = {
        title: args.title,
        ...(args.id === undefined ? {} : { id: args.id }),
        ...(args.workplan === undefined ? {} : { workplan_id: args.workplan }),
        ...(args.repo === undefined ? {} : { repo_id: args.repo }),
        ...(args.session === undefined ? {} : { sessions: args.session.split(',') }),
      };
      const read = CREATE.task.safeParse(told);
      if (!read.success) {
        const { path, why } = firstIssue(read.error);
        throw new TokenmeterError('usage', `Cannot make the task, its ${path} is wrong: ${why}`);
      }
      const { entity, status } = await tellEntity({ work: house.work, isCreating: true, now }, 'task', read.data);
      if (args.json) await io.out(`${JSON.stringify(wireTask(entity))}\n`);
      else await say(`${status === 'created' ? 'Made' : 'Changed'} the task ${entity.id}: ${entity.title}`);
      return EXIT.ok;
    }),
});

export const list = defineVerb({
  name: 'task list',
  summary: 'Tasks with their status',
  args: {
    workplan: { type: 'string', valueHint: 'NAME', description: 'Only of this workplan' },
    status: { type: 'string', valueHint: 'WORD', description: `Only these: ${TASK_STATUSES.join(', ')}` },
    ...COMMON,
    json,
  },
  choices: { status: { words: TASK_STATUSES } },
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async ({ house, io, screen, say }) => {
      const workplan = args.workplan === undefined ? undefined : await house.work.find('workplan', args.workplan);
      if (args.workplan !== undefined && !workplan)
        throw new TokenmeterError('not-found', `Cannot find the workplan "${args.workplan}": see tokenmeter workplan`);
      const query = {
        workplanId: workplan?.id,
        status: args.status === undefined ? undefined : readStatus(args.status),
      };
      const { items } = await house.work.list('task', { ...query, limit: MOST });
      const { workplans } = await house.work.names();
      if (args.json) await io.out(`${JSON.stringify({ tasks: items.map(wireTask) })}\n`);
      else if (items.length === 0) await say('No task-level data yet.');
      else {
        const columns = [
          { title: 'Id', align: 'left', shrinkTo: 8 },
          { title: 'Title', align: 'left', shrinkTo: 12 },
          { title: 'Workplan', align: 'left', from: 70 },
          { title: 'Status', align: 'left' },
        ] as const;
        const rows = items.map((task) =>
          [task.id, task.title, workplans.get(task.workplanId)?.name ?? '', task.status].map((text) => ({ text })),
        );
        await say(renderTable({ columns, rows }, screen));
      }
      return items.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});

export const show = defineVerb({
  name: 'task show',
  summary: 'One task: what was measured and told',
  args: { task: { type: 'positional', required: true, description: 'Its id or title' }, ...COMMON, json },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, now, say } = visit;
      const summary = await readSummary({ ledger: house.ledger, work: house.work }, 'task', args.task, now);
      const task = await house.work.find('task', summary.id);
      if (args.json) await io.out(`${JSON.stringify({ task: task && wireTask(task), summary })}\n`);
      else
        await say([`${summary.name} (${task?.status})`, ...summaryLines(summary), `Cost ${dollarsOf(summary, visit)}`]);
      return EXIT.ok;
    }),
});

function summaryLines(summary: WireTokenSummary): string[] {
  const part = (name: 'measured' | 'reported' | 'estimated' | 'superseded', words: string) =>
    summary[name].count === 0
      ? []
      : [`${words}: ${formatTokens(summary[name].tokens_in)} in, ${formatTokens(summary[name].tokens_out)} out`];
  return [
    `Tokens: ${formatTokens(summary.tokens_in)} in, ${formatTokens(summary.tokens_out)} out`,
    ...part('measured', '  measured'),
    ...part('reported', '  reported by agents'),
    ...part('estimated', '  estimated'),
    ...part('superseded', '  told of measured work, not counted'),
  ];
}

export const status = defineVerb({
  name: 'task status',
  summary: 'Change the status of a task, with the tokens it took',
  args: {
    task: { type: 'positional', required: true, description: 'Its id or title' },
    status: { type: 'positional', required: true, description: TASK_STATUSES.join(', ') },
    'tokens-in': { type: 'string', valueHint: 'N', description: 'All input tokens, cached ones too' },
    'tokens-out': { type: 'string', valueHint: 'N', description: 'Output tokens' },
    model: { type: 'string', valueHint: 'NAME', description: 'Model that used them' },
    session: { type: 'string', valueHint: 'ID', description: 'Session that used them' },
    certainty: {
      type: 'string',
      valueHint: 'WORD',
      description: `${EVENT_CERTAINTIES.join(', ')}; reported if absent`,
    },
    ...COMMON,
    json,
  },
  choices: { status: { words: TASK_STATUSES }, certainty: { words: EVENT_CERTAINTIES } },
  examples: ['tokenmeter task status T-42 done --tokens-in 120000 --tokens-out 8000 --certainty estimated'],
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io, now, say }) => {
      const tokensIn = readTokens(args['tokens-in'], 'tokens-in');
      const tokensOut = readTokens(args['tokens-out'], 'tokens-out');
      const result = await changeTaskStatus({ work: house.work, isCreating: false, now }, args.task, {
        status: readStatus(args.status),
        ...(tokensIn === undefined ? {} : { tokens_in: tokensIn }),
        ...(tokensOut === undefined ? {} : { tokens_out: tokensOut }),
        ...(args.model === undefined ? {} : { model: args.model }),
        ...(args.session === undefined ? {} : { session_id: args.session }),
        ...(args.certainty === undefined ? {} : { certainty: readCertainty(args.certainty) }),
      });
      if (args.json) await io.out(`${JSON.stringify(result)}\n`);
      else {
        const event = result.event ? `, ${formatTokens(result.event.tokens_total)} tokens told` : '';
        const known = result.event && !result.event_created ? ' before' : '';
        await say(`${result.task.title} is ${result.task.status}${event}${known}`);
      }
      return EXIT.ok;
    }),
});

function readStatus(text: string): TaskStatus {
  const found = TASK_STATUSES.find((known) => known === text.replaceAll('-', '_'));
  if (found) return found;
  throw new TokenmeterError('usage', `Cannot use "${text}" as a status, write one of ${TASK_STATUSES.join(', ')}`);
}

function readCertainty(text: string): EventCertainty {
  const found = EVENT_CERTAINTIES.find((known) => known === text);
  if (found) return found;
  throw new TokenmeterError(
    'usage',
    `Cannot use "${text}" as --certainty, write one of ${EVENT_CERTAINTIES.join(', ')}`,
  );
}

function readTokens(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new TokenmeterError('usage', `Cannot read "${text}" as --${option}, write a whole number of tokens`);
}
