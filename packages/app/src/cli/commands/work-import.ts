/** `tokenmeter task import`: tasks, workplans and token events from a CSV or JSON file; again it makes nothing new. */
import { TokenmeterError } from '@tokenmeter/core';
import { formatPlural } from '@tokenmeter/core/format';
import { IMPORT_KINDS, importRecords, readRecords } from '../../work/import-file.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { withHouse } from '../with-house.ts';

/** Wrong records that are told one by one. */
const TOLD = 10;

export const importFile = defineVerb({
  name: 'task import',
  summary: 'Read tasks, workplans or token events from a CSV or JSON file',
  args: {
    file: { type: 'positional', required: true, description: 'A .csv with a line of names, or a .json with a list' },
    kind: { type: 'string', valueHint: 'WORD', description: `${IMPORT_KINDS.join(', ')}; tasks if absent` },
    create: { type: 'boolean', description: 'Make what is referred to and not there' },
    ...COMMON,
    json: { type: 'boolean', description: 'One JSON document: what became of each' },
  },
  choices: { kind: { words: IMPORT_KINDS } },
  examples: ['tokenmeter task import tasks.csv --create', 'tokenmeter task import events.json --kind token-events'],
  run: async (args, cli) => {
    const kind = IMPORT_KINDS.find((known) => known === (args.kind ?? 'tasks'));
    if (!kind)
      throw new TokenmeterError(
        'usage',
        `Cannot import "${args.kind}", write one of ${IMPORT_KINDS.join(', ')} after --kind`,
      );
    const text = await cli.io.readText(args.file);
    if (text === undefined)
      throw new TokenmeterError('not-found', `Cannot import "${args.file}": there is no such file`);
    const records = readRecords(text, /\.csv$/i.test(args.file) ? 'csv' : 'json');
    return withHouse(cli, args, async ({ house, io, now, say }) => {
      const result = await importRecords({ work: house.work, isCreating: args.create === true, now }, kind, records);
      if (args.json) await io.out(`${JSON.stringify(result)}\n`);
      else {
        const wrong = result.results.filter((one) => one.status === 'rejected');
        for (const { message } of wrong.slice(0, TOLD)) io.err(`${message}\n`);
        if (wrong.length > TOLD) io.err(`and ${wrong.length - TOLD} more\n`);
        await say(
          `Imported ${formatPlural(result.accepted, 'record')}, ${result.duplicate} known before, ${result.rejected} wrong`,
        );
      }
      return result.rejected > 0 ? EXIT.error : EXIT.ok;
    });
  },
});
