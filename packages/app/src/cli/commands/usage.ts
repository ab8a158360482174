/**
 * `tokenmeter usage`: totals by any keys, as a table, as CSV, or as the versioned machine contract `tokenmeter.usage/1`.
 * A table shows this month unless told otherwise; `--json` and `--csv` without a period give everything there is.
 */
import { type FilterKey, GROUP_KEYS, type GroupKey, type Query, TokenmeterError } from '@tokenmeter/core';
import type { ArgsDef } from 'citty';
import { PERIOD, readPeriod } from '../period.ts';
import { usageCsv, usageJson } from '../usage-data.ts';
import { usageReport } from '../usage-report.ts';
import { defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';

/** Options that keep only some calls. Several values with commas. */
export const FILTERS = {
  agent: { type: 'string', valueHint: 'ID', description: 'Only these agents' },
  model: { type: 'string', valueHint: 'NAME', description: 'Only these models' },
  project: { type: 'string', valueHint: 'DIR', description: 'Only these projects (working directories)' },
  session: { type: 'string', valueHint: 'ID', description: 'Only these sessions' },
} satisfies ArgsDef;

export const usage = defineVerb({
  name: 'usage',
  summary: 'Tokens and cost by day, agent, model, project, session, tool and more',
  args: {
    by: { type: 'string', valueHint: 'KEYS', description: `Rows by ${GROUP_KEYS.join(', ')}; several with commas` },
    ...PERIOD,
    ...FILTERS,
    models: { type: 'boolean', description: 'List the models of each row below it' },
    ...FIGURES,
  },
  choices: { by: { words: GROUP_KEYS, isList: true } },
  examples: [
    'tokenmeter usage --by agent',
    'tokenmeter usage --by day,model --since 7d',
    'tokenmeter usage --by project --period all --json',
  ],
  run: async (args, cli) => {
    const by = readKeys(args.by ?? 'day');
    return withHouse(cli, args, async (visit) => {
      const isData = args.json === true || args.csv === true;
      const period = readPeriod(args, visit.house, isData ? 'all' : 'month');
      const query: Query = {
        by,
        since: period.since,
        until: period.until,
        tz: period.tz,
        only: readFilters(args, visit.house),
      };
      const result = await visit.house.ledger.query(query);
      if (args.json) await visit.io.out(`${JSON.stringify(await usageJson(visit, query, result, period))}\n`);
      else if (args.csv) for (const line of usageCsv(result, by, period, visit.now)) await visit.io.out(line);
      else await usageReport(visit, query, result, period, args.models === true);
      return result.rows.length === 0 ? EXIT.noData : EXIT.ok;
    });
  },
});

/** Throws `usage` for a key that does not exist or is asked twice. */
export function readKeys(text: string): GroupKey[] {
  const keys = text.split(',').map((word) => {
    const key = GROUP_KEYS.find((known) => known === word.trim());
    if (!key) throw new TokenmeterError('usage', `Cannot group by "${word}", write ${GROUP_KEYS.join(', ')}`);
    return key;
  });
  if (new Set(keys).size !== keys.length)
    throw new TokenmeterError('usage', `Cannot group by "${text}": a key is there twice`);
  return keys;
}

interface FilterArgs {
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly project?: string | undefined;
  readonly session?: string | undefined;
}

/** What `--agent` and its like keep. An agent's other name is as good as its id. */
export function readFilters(
  args: FilterArgs,
  house: { readonly agents: readonly { readonly id: string; readonly aliases: readonly string[] }[] },
): Query['only'] {
  const only: Partial<Record<FilterKey, readonly string[]>> = {};
  const words = (text: string) => text.split(',').map((word) => word.trim());
  if (args.agent !== undefined) {
    only.agent = words(args.agent).map(
      (word) => house.agents.find(({ id, aliases }) => id === word || aliases.includes(word))?.id ?? word,
    );
  }
  if (args.model !== undefined) only.model = words(args.model);
  // A directory may hold a comma, so a project is taken whole.
  if (args.project !== undefined) only.project = [args.project];
  if (args.session !== undefined) only.session = words(args.session);
  return only;
}
