/** `tokenmeter watch RUN`: the ticks of one run, or of the run of a session, as lines or NDJSON, until it is over. */
import type { WireLiveRun } from '@tokenmeter/core';
import { TokenmeterError } from '@tokenmeter/core';
import { Board, type StreamFrame } from '../live/board.ts';
import { findRun } from '../live/find-run.ts';
import { openLiveSource } from '../live/open-source.ts';
import { runLine } from '../live/run-line.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

export const watch = defineVerb({
  name: 'watch',
  summary: 'Ticks of a run or a session, as lines or NDJSON',
  args: {
    run: {
      type: 'positional',
      required: true,
      valueHint: 'RUN',
      description: 'Id of a run or a session, or how it begins',
    },
    json: { type: 'boolean', description: 'One JSON object a line: the frames of the stream' },
    ...COMMON,
  },
  examples: ['tokenmeter watch 3f9a', 'tokenmeter watch 3f9a --json | jq .run.spend'],
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const source = await openLiveSource(cli, visit.house);
      const closing = new AbortController();
      void cli.io.interrupted().then(() => closing.abort());
      const board = new Board();
      let found: string | undefined;
      let ended: WireLiveRun | undefined;
      const take = (frame: StreamFrame) => {
        if (ended) return;
        board.take(frame);
        if (found === undefined && frame.event === 'usage_snapshot') found = findRun(board.runs, args.run).run_id;
        if (isOf(frame, found)) void print(frame, board, found, args.json, visit);
        const run = board.runs.find(({ run_id: id }) => id === found);
        if (run && (frame.event === 'usage_settled' || run.ended_at !== null)) {
          ended = run;
          closing.abort();
        }
      };
      let trouble: unknown;
      await source.follow(
        undefined,
        closing.signal,
        (frame) => {
          try {
            take(frame);
          } catch (error) {
            trouble = error;
            closing.abort();
          }
        },
        (reason) => cli.io.err(`Cut off: ${reason}, trying again\n`),
      );
      await source.close();
      if (trouble !== undefined) throw trouble;
      if (found === undefined) throw new TokenmeterError('no-data', `Cannot find a run "${args.run}"`);
      return EXIT.ok;
    }),
});

function isOf(frame: StreamFrame, runId: string | undefined): boolean {
  if (frame.event === 'usage_snapshot') return true;
  return (frame.event === 'usage_delta' || frame.event === 'usage_settled') && frame.data.run.run_id === runId;
}

async function print(
  frame: StreamFrame,
  board: Board,
  runId: string | undefined,
  isJson: boolean | undefined,
  { io, screen }: Visit,
): Promise<void> {
  const run = board.runs.find(({ run_id: id }) => id === runId);
  if (!run) return;
  const data = frame.event === 'usage_snapshot' ? { at: frame.data.at, run } : frame.data;
  await io.out(isJson ? `${JSON.stringify({ type: frame.event, ...data })}\n` : `${runLine(run, screen)}\n`);
}
