/** Full width, not dismissible: the line is gone, and from when the figures are. The figures themselves stay. */
import { formatClock, formatClockMinute, formatDateTime } from '@tokenmeter/core/format';
import { nowMs } from '../stores/clock.ts';
import { dateFormat, zone } from '../stores/house.ts';
import { figuresAt, line, retryLive } from '../stores/line.ts';
import { OFFLINE_MS } from './connection-status.tsx';

const OLD_MS = 3_600_000;

export function OfflineBanner() {
  const dataAt = figuresAt.value;
  const state = line.value;
  if (state.state !== 'lost' || nowMs.value - state.since < OFFLINE_MS) return null;
  const isOld = dataAt !== undefined && nowMs.value - dataAt > OLD_MS;
  const from =
    dataAt === undefined
      ? ''
      : ` Showing figures from ${isOld ? formatDateTime(dataAt, dateFormat.peek()) : formatClock(dataAt, zone.value)}.`;
  return (
    <div class={isOld ? 'banner amber' : 'banner'}>
      <span>
        Offline since {formatClockMinute(state.since, zone.value)}.{from}
      </span>
      <button type="button" class="link" onClick={retryLive}>
        Retry now
      </button>
    </div>
  );
}
