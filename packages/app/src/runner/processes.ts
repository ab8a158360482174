/**
 * Processes of runs that another process of ours started and left: whether one is still there, and how to end it. A process
 * is taken for the run's only where it began when the run did, since numbers are given again.
 */
import type { Run } from '@tokenmeter/core';
import type { Processes } from '../live/port.ts';
import { killKin, kinOf, leftOf, startOf } from './kin.ts';

/** A client may be started a second time, on an older surface; clocks of system and process differ a little. */
const EARLIER_MS = 5_000;
const LATER_MS = 120_000;

export function processesOf(graceMs: number): Processes {
  const isAlive = (run: Run): boolean => {
    const startedAt = run.pid === null ? undefined : startOf(run.pid);
    return startedAt !== undefined && startedAt >= run.startedAt - EARLIER_MS && startedAt <= run.startedAt + LATER_MS;
  };
  const kill = (run: Run): void => {
    if (run.pid === null) return;
    if (!isAlive(run)) return void killKin(leftOf(run.pid));
    const kin = kinOf(run.pid);
    endGroup(run.pid, 'SIGKILL');
    killKin(kin);
  };
  return {
    isAlive,
    kill,
    stop: (run) => {
      if (run.pid === null || !isAlive(run)) return;
      signal(run.pid, 'SIGINT');
      setTimeout(() => kill(run), graceMs).unref();
    },
  };
}

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
