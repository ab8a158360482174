/** Finds a run by what a person typed: its id or its session's, or how either begins. */
import { TokenmeterError } from '@tokenmeter/core';

interface Named {
  readonly run_id: string;
  readonly session_id: string | null;
}

/** Throws `no-data` where there is none, `usage` where there are several. */
export function findRun<T extends Named>(runs: readonly T[], typed: string): T {
  const exact = runs.find((run) => run.run_id === typed || run.session_id === typed);
  if (exact) return exact;
  const near = runs.filter((run) => run.run_id.startsWith(typed) || run.session_id?.startsWith(typed));
  const [first, second] = near;
  if (!first) throw new TokenmeterError('no-data', `Cannot find a run "${typed}" among those in progress`);
  if (second)
    throw new TokenmeterError(
      'usage',
      `Cannot tell which run "${typed}" is: ${near.length} begin so, such as ${first.run_id} and ${second.run_id}`,
    );
  return first;
}
