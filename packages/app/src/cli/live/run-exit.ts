/** The exit code of a run: the agent's own, but 3 is kept for a budget that stopped it. */
import type { Run } from '@tokenmeter/core';
import { EXIT } from '../verb.ts';

/** As shells report a program that Ctrl+C ended, and `timeout` one that took too long. */
const INTERRUPTED = 130;
const TIMED_OUT = 124;

export function exitOf({ status, stopReason, exitCode }: Pick<Run, 'status' | 'stopReason' | 'exitCode'>): number {
  if (status === 'success') return EXIT.ok;
  if (status === 'timeout') return TIMED_OUT;
  if (status === 'interrupted' && (stopReason === 'budget_capped' || stopReason === 'token_capped')) return EXIT.budget;
  if (status === 'interrupted' && stopReason === 'user') return INTERRUPTED;
  return exitCode === null || exitCode === 0 || exitCode === EXIT.budget ? EXIT.error : exitCode;
}
