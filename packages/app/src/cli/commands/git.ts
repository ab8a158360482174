/** `tokenmeter git link`: asks git where sessions ran. It only reads; nothing is installed in a repository. */
import { formatPlural } from '@tokenmeter/core/format';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';

export const link = defineVerb({
  name: 'git link',
  summary: 'Ask git where sessions ran; it only reads',
  args: { scan: FIGURES.scan, ...COMMON, json: { type: 'boolean', description: 'One JSON document with raw values' } },
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io, say }) => {
      const report = await house.linkWork();
      if (args.json) await io.out(`${JSON.stringify(report)}\n`);
      else {
        const found = `${formatPlural(report.directories, 'directory', 'directories')} in ${formatPlural(report.repos, 'repository', 'repositories')}`;
        await say(
          `Linked ${found}: ${formatPlural(report.commits, 'commit')}, ${formatPlural(report.releases, 'release')}`,
        );
        if (report.homeless > 0)
          await say(`${formatPlural(report.homeless, 'directory', 'directories')} in no repository: shown as No repo`);
      }
      return EXIT.ok;
    }),
});
