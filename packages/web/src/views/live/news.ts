/** What is worth saying aloud between two states of the board: one short line, the gravest first. Pure. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { Board } from './board.ts';
import { isEnded } from './run-words.ts';

/** Undefined where nothing of weight happened. */
export function boardNews(before: Board, after: Board, name: (run: WireLiveRun) => string): string | undefined {
  const grave: string[] = [];
  const light: string[] = [];
  for (const [id, { run }] of after.rows) {
    const old = before.rows.get(id)?.run;
    if (!old) {
      if (!isEnded(run)) light.push(`Started: ${name(run)}.`);
      continue;
    }
    if (isEnded(run) && !isEnded(old)) {
      const word = ENDINGS[run.status] ?? 'Failed';
      (run.status === 'success' || run.status === 'ended' ? light : grave).push(`${word}: ${name(run)}.`);
      continue;
    }
    const isAsking = run.activity.state === 'waiting_approval';
    if (isAsking && old.activity.state !== 'waiting_approval') grave.push(`Needs approval: ${name(run)}.`);
    if (run.cap && old.cap && STEPS.indexOf(run.cap.state) > STEPS.indexOf(old.cap.state))
      grave.push(`${Math.floor(run.cap.percent)} percent of its cap: ${name(run)}.`);
    if (crossed(75, old, run) || crossed(90, old, run))
      grave.push(`Context ${run.context.percent} percent full: ${name(run)}.`);
  }
  const all = [...grave, ...light];
  const [first] = all;
  if (first === undefined) return undefined;
  return all.length === 1 ? first : `${first} And ${all.length - 1} more.`;
}

const ENDINGS: Partial<Record<WireLiveRun['status'], string>> = {
  success: 'Finished',
  interrupted: 'Stopped',
  ended: 'Ended',
};

const STEPS = ['ok', 'watch', 'near', 'critical'] as const;

function crossed(line: number, old: WireLiveRun, run: WireLiveRun): boolean {
  return (old.context.percent ?? 100) < line && (run.context.percent ?? 0) >= line;
}
