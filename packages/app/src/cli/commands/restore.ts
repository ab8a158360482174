/** `tokenmeter restore FILE`: puts a backup in the place of the ledger; the old one is kept beside it. */
import { formatPlural } from '@tokenmeter/core/format';
import { openScreen } from '../screen.ts';
import { tell } from '../tell.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';

export const restore = defineVerb({
  name: 'restore',
  summary: 'Put a backup in the place of the ledger',
  args: { file: { type: 'positional', required: true, description: 'A file that tokenmeter backup wrote' }, ...COMMON },
  run: async (args, cli) => {
    const { calls, kept } = await cli.restore({ home: args.home, data: args.data }, args.file);
    const old = kept === undefined ? '' : ` The ledger that was there is kept as ${kept}.`;
    await tell(cli.io, openScreen(cli.io, args), `Restored ${formatPlural(calls, 'call')} from ${args.file}.${old}`);
    return EXIT.ok;
  },
});
