/** `tokenmeter stop RUN`: asks for a run to be stopped, wherever it is followed: by a command here, or by the server. */
import { TokenmeterError } from '@tokenmeter/core';
import { Board } from '../live/board.ts';
import { findRun } from '../live/find-run.ts';
import type { LiveSource } from '../live/live-source.ts';
import { serverSource } from '../live/live-source.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { withHouse } from '../with-house.ts';

const FIRST_FRAME_MS = 10_000;

export const stop = defineVerb({
  name: 'stop',
  summary: 'Stop a run',
  args: {
    run: {
      type: 'positional',
      required: true,
      valueHint: 'RUN',
      description: 'Id of a run or a session, or how it begins',
    },
    ...COMMON,
  },
  examples: ['tokenmeter stop 3f9a'],
  run: (args, cli) =>
    withHouse(cli, { ...args, readOnly: undefined }, async ({ house, say }) => {
      const followed = await cli.stopRun(house.dataDir, args.run);
      if (followed !== undefined) {
        await say(`Run ${followed} is told to stop`);
        return EXIT.ok;
      }
      const url = await cli.findServer(house.dataDir);
      if (url === undefined) throw new TokenmeterError('no-data', `Cannot find a run "${args.run}" in progress`);
      const source = serverSource(url, house.config.token);
      const { run_id: id } = findRun((await snapshot(source)).runs, args.run);
      await source.interrupt(id);
      await say(`Run ${id} is told to stop`);
      return EXIT.ok;
    }),
});

async function snapshot(source: LiveSource): Promise<Board> {
  const board = new Board();
  const closing = new AbortController();
  const timer = setTimeout(() => closing.abort(), FIRST_FRAME_MS);
  await source.follow(
    undefined,
    closing.signal,
    (frame) => {
      board.take(frame);
      closing.abort();
    },
    () => closing.abort(),
  );
  clearTimeout(timer);
  return board;
}
