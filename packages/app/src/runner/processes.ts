/**
 * Processes of runs that another process of ours started and left: whether one is still there, and how to end it with all
 * it started. A process is taken for the run's only where it began when the run did, since numbers are given again.
 */
import type { Run } from '@tokenmeter/core';
import type { Processes } from '../live/port.ts';
import { killKin, kinOf, leftOf, markedBy, startOf } from './kin.ts';
import { KinWatch } from './kin-watch.ts';

/** A client may be started a second time, on an older surface; clocks of system and process differ a little. */
const EARLIER_MS = 5_000;
const LATER_MS = 120_000;
/** How often one that was told to stop is looked for. */
const LOOK_MS = 200;

export function processesOf(graceMs: () => number): Processes {
  const watches = new Map<string, KinWatch>();
  const isAlive = (run: Run): boolean => {
    const startedAt = run.pid === null ? undefined : startOf(run.pid);
    return startedAt !== undefined && startedAt >= run.startedAt - EARLIER_MS && startedAt <= run.startedAt + LATER_MS;
  };
  const watch = (run: Run): void => {
    if (run.pid === null || watches.has(run.id) || !isAlive(run)) return;
    const begun = new KinWatch(run.pid);
    begun.look();
    watches.set(run.id, begun);
  };
  const leave = (run: Run): void => {
    watches.get(run.id)?.end();
    watches.delete(run.id);
  };
  const kill = (run: Run): void => {
    if (run.pid === null) return;
    const known = watches.get(run.id)?.known ?? [];
    const isThere = isAlive(run);
    const kin = isThere ? kinOf(run.pid, known) : [...kinOf(NOBODY, known), ...leftOf(run.pid)];
    if (isThere) endGroup(run.pid, 'SIGKILL');
    killKin([...kin, ...markedBy(run.id)]);
    leave(run);
  };
  return {
    isAlive,
    watch,
    leave,
    kill,
    stop: (run) => {
      if (run.pid === null || !isAlive(run)) return;
      watch(run);
      signal(run.pid, 'SIGINT');
      const until = Date.now() + graceMs();
      const timer = setInterval(() => {
        if (isAlive(run) && Date.now() < until) return;
        clearInterval(timer);
        // Gone by itself or not: what it started goes with it.
        kill(run);
      }, LOOK_MS).unref();
    },
  };
}

/** No process has this number. */
const NOBODY = -1;

/** To the whole group that a process leads. */
function endGroup(pid: number, name: NodeJS.Signals): void {
  signal(process.platform === 'win32' ? pid : -pid, name);
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // Gone between the look and the signal.
  }
}
