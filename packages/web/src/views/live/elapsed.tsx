/** A running clock: the one part of a row that is drawn every second. */
import { formatDuration } from '@tokenmeter/core/format';
import { runNow } from '../../stores/runs.ts';

/** From `since` on, until `until` where that is over. ISO instants. */
export function Elapsed({ since, until }: { readonly since: string; readonly until: string | null }) {
  const end = until === null ? runNow.value : Date.parse(until);
  return <>{formatDuration(Math.max(1_000, end - Date.parse(since)))}</>;
}
