/** `tokenmeter workplan add|list`: groups of tasks, with what they may cost. */
import { TokenmeterError } from '@tokenmeter/core';
import { formatMoney } from '@tokenmeter/core/format';
import { wireWorkplan } from '@tokenmeter/core/work';
import { tellEntity } from '../../work/entities.ts';
import { CREATE, firstIssue } from '../../work/shapes.ts';
import { moneyFormat } from '../figures.ts';
import { renderTable } from '../table.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { withHouse } from '../with-house.ts';

const json = { type: 'boolean', description: 'One JSON document with raw values' } as const;
const MOST = 1_000;

export const add = defineVerb({
  name: 'workplan add',
  summary: 'Make a workplan, or change one',
  args: {
    name: { type: 'positional', required: true, description: 'What it is called' },
    id: { type: 'string', valueHint: 'ID', description: 'Your own id for it; made if absent' },
    repo: { type: 'string', valueHint: 'NAME', description: 'Repository it is in; made if there is none' },
    cap: { type: 'string', valueHint: 'USD', description: 'Dollars it may cost: drawn, not enforced' },
    ...COMMON,
    json,
  },
  examples: ['tokenmeter workplan add "Storage migration" --repo acme/api --cap 110'],
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io, now, say }) => {
      const read = CREATE.workplan.safeParse({
        name: args.name,
        ...(args.id === undefined ? {} : { id: args.id }),
        ...(args.repo === undefined ? {} : { repo_id: args.repo }),
        ...(args.cap === undefined ? {} : { cap_usd: args.cap }),
      });
      if (!read.success) {
        const { path, why } = firstIssue(read.error);
        throw new TokenmeterError('usage', `Cannot make the workplan, its ${path} is wrong: ${why}`);
      }
      const { entity, status } = await tellEntity({ work: house.work, isCreating: true, now }, 'workplan', read.data);
      const { tasks } = await house.work.names();
      if (args.json) await io.out(`${JSON.stringify(wireWorkplan(entity, tasks.values()))}\n`);
      else await say(`${status === 'created' ? 'Made' : 'Changed'} the workplan ${entity.id}: ${entity.name}`);
      return EXIT.ok;
    }),
});

export const list = defineVerb({
  name: 'workplan list',
  summary: 'Workplans with their tasks',
  args: { ...COMMON, json },
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async ({ house, io, screen, say }) => {
      const { items } = await house.work.list('workplan', { limit: MOST });
      const { tasks, repos } = await house.work.names();
      const told = items.map((workplan) => wireWorkplan(workplan, tasks.values()));
      if (args.json) await io.out(`${JSON.stringify({ workplans: told })}\n`);
      else if (items.length === 0) await say('No workstream data yet.');
      else {
        const columns = [
          { title: 'Name', align: 'left', shrinkTo: 12 },
          { title: 'Repo', align: 'left', from: 60 },
          { title: 'Tasks done', align: 'right' },
          { title: 'Cap', align: 'right' },
        ] as const;
        const rows = items.map((workplan, index) =>
          [
            workplan.name,
            repos.get(workplan.repoId)?.name ?? '',
            `${told[index]?.tasks_done} of ${told[index]?.tasks_total}`,
            workplan.capNano === null ? 'No cap' : formatMoney(workplan.capNano, moneyFormat(house.config)),
          ].map((text) => ({ text })),
        );
        await say(renderTable({ columns, rows }, screen));
      }
      return items.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});
