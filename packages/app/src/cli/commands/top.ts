/** `tokenmeter top`: all runs in progress on the whole terminal; without one, a single picture. */
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../../house.ts';
import { Board } from '../live/board.ts';
import type { LiveSource } from '../live/live-source.ts';
import { openLiveSource } from '../live/open-source.ts';
import { openBrowser } from '../open-browser.ts';
import { frameOf } from '../top/frame.ts';
import { runScreen } from '../top/screen-loop.ts';
import { FIRST_STATE } from '../top/state.ts';
import { type Cli, COMMON, defineVerb, EXIT } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

const FIRST_FRAME_MS = 10_000;

export const top = defineVerb({
  name: 'top',
  summary: 'Runs in progress, live on the whole terminal',
  args: { ...COMMON },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const source = await openLiveSource(cli, visit.house);
      try {
        const { terminal } = cli.io;
        if (!terminal) return await onePicture(source, visit);
        await runScreen({
          terminal,
          io: cli.io,
          screen: visit.screen,
          source,
          now: () => visit.house.clock.now(),
          tz: visit.house.config.tz,
          open: (runId) => openRun(cli, source, runId),
        });
        return EXIT.ok;
      } finally {
        await source.close();
      }
    }),
});

function openRun({ io }: Cli, source: LiveSource, runId: string): void {
  if (source.url !== undefined)
    void openBrowser(io, new URL(`/live?run=${encodeURIComponent(runId)}`, source.url).href);
}

/** As wide as the figures need and as long as there are runs. */
async function onePicture(source: LiveSource, { house, screen, io, now }: Visit): Promise<number> {
  const board = await firstPicture(source, house);
  const lines = frameOf({
    board,
    state: FIRST_STATE,
    screen: { ...screen, width: 120 },
    size: { columns: 120, rows: 8 + board.runs.reduce((sum, run) => sum + 1 + run.threads.length, 0) },
    now,
    tz: house.config.tz,
  });
  await io.out(`${lines.slice(0, -2).join('\n').trimEnd()}\n`);
  return EXIT.ok;
}

async function firstPicture(source: LiveSource, house: House): Promise<Board> {
  const board = new Board();
  const closing = new AbortController();
  const timer = setTimeout(() => closing.abort(), FIRST_FRAME_MS);
  let why = 'it sent nothing';
  let isThere = false;
  await source.follow(
    undefined,
    closing.signal,
    (frame) => {
      board.take(frame);
      isThere = true;
      closing.abort();
    },
    (reason) => {
      why = reason;
      board.lost(house.clock.now());
    },
  );
  clearTimeout(timer);
  if (!isThere) throw new TokenmeterError('no-data', `Cannot see what runs: ${why}`);
  return board;
}
