/**
 * The live view on a whole terminal: draws at most four times a second, obeys keys, and gives the terminal back whatever
 * happens. It knows a source of frames and a terminal, nothing of servers and processes.
 */

import type { Io, Terminal } from '../io.ts';
import { Board } from '../live/board.ts';
import type { LiveSource } from '../live/live-source.ts';
import type { Screen } from '../screen.ts';
import { frameOf, pageOf } from './frame.ts';
import { type Effect, press } from './keys.ts';
import { createPainter } from './painter.ts';
import { rowsOf } from './rows.ts';
import { FIRST_STATE, type TopState } from './state.ts';

const REDRAW_MS = 250;

export interface ScreenLoop {
  readonly terminal: Terminal;
  readonly io: Io;
  readonly screen: Screen;
  readonly source: LiveSource;
  readonly now: () => number;
  readonly tz: string;
  readonly open: (runId: string) => void;
}

/** Resolves when the user has seen enough. */
export async function runScreen({ terminal, io, screen, source, now, tz, open }: ScreenLoop): Promise<void> {
  const closing = new AbortController();
  const painter = createPainter(terminal.write);
  const board = new Board();
  let state: TopState = FIRST_STATE;
  let pausedAt: readonly string[] | undefined;

  const draw = () => {
    const size = terminal.size();
    if (state.isPaused && pausedAt && state.asking.what === 'nothing') return painter.draw(pausedAt);
    const lines = frameOf({ board, state, screen, size, now: now(), tz });
    pausedAt = state.isPaused ? lines : undefined;
    painter.draw(lines);
  };
  const act = (effect: Effect) => {
    if (effect.do === 'quit') closing.abort();
    else if (effect.do === 'copy') terminal.write(`\u001b]52;c;${Buffer.from(effect.text).toString('base64')}\u0007`);
    else if (effect.do === 'open') open(effect.runId);
    else {
      state = { ...state, note: 'Stopping it' };
      source.interrupt(effect.runId).then(
        () => undefined,
        (error: unknown) => {
          state = { ...state, note: error instanceof Error ? error.message : String(error) };
          draw();
        },
      );
    }
  };
  const onKey = (key: string) => {
    const result = press(key, state, rowsOf(board.runs, state), pageOf(terminal.size()));
    state = result.state;
    if (result.effect) act(result.effect);
    if (!closing.signal.aborted) draw();
  };

  const giveBack = [
    terminal.onLeave(() => painter.leave()),
    terminal.onResize(() => {
      painter.enter();
      painter.forget();
      draw();
    }),
    terminal.keys(onKey),
  ];
  const timer = setInterval(draw, REDRAW_MS);
  painter.enter();
  draw();
  void io.interrupted().then(() => closing.abort());
  try {
    await source.follow(
      undefined,
      closing.signal,
      (frame) => board.take(frame),
      () => board.lost(now()),
    );
  } finally {
    clearInterval(timer);
    for (const undo of giveBack) undo();
    painter.leave();
  }
}
