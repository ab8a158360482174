/** The one place that says whether the figures follow the ledger, and how old they are. Pauses and resumes. */
import { formatAge, formatClockMinute } from '@tokenmeter/core/format';
import { nowMs } from '../stores/clock.ts';
import { dateFormat, health, zone } from '../stores/house.ts';
import { figuresAt, isLivePage, lastEventAt, line, pauseLive, resumeLive, retryLive } from '../stores/line.ts';

/** After so long without a line the status says so; before, it says Connecting. */
const QUIET_MS = 3_000;
/** After so long the page is offline. */
export const OFFLINE_MS = 10_000;

export function ConnectionStatus() {
  const dataAt = figuresAt.value;
  const now = nowMs.value;
  const state = line.value;
  if (state.state === 'paused')
    return (
      <span class="status">
        <span class="status-bars" aria-hidden="true" />
        Paused
        <button type="button" class="link" onClick={resumeLive}>
          Resume
        </button>
      </span>
    );
  if (state.state === 'lost' && now - state.since >= OFFLINE_MS)
    return (
      <span class="status">
        <span class="dot" />
        Offline since {formatClockMinute(state.since, zone.value)}
      </span>
    );
  if (state.state === 'lost' && now - state.since >= QUIET_MS)
    return (
      <span class="status">
        <span class="dot hollow amber" />
        Reconnecting in {Math.max(1, Math.ceil((state.retryAt - now) / 1000))} s
        <button type="button" class="link" onClick={retryLive}>
          Now
        </button>
      </span>
    );
  if (health.state.value.failure?.kind === 'sign-in')
    return (
      <span class="status">
        <span class="dot" />
        Not signed in
      </span>
    );
  if (state.state === 'connecting' && dataAt === undefined)
    return (
      <span class="status">
        <span class="dot hollow" />
        Connecting
      </span>
    );
  const text =
    state.state === 'polling'
      ? 'Updating every 5 s'
      : isLivePage.value
        ? 'Live'
        : dataAt === undefined
          ? 'Connected'
          : `Updated ${formatAge(dataAt, { ...dateFormat.peek(), now: Math.max(now, dataAt) })}`;
  return (
    <span class="status">
      {/* Pulses once a second however fast events come. */}
      <span key={Math.floor((lastEventAt.value ?? 0) / 1000)} class="dot live pulse" />
      {text}
      <button type="button" class="link status-pause" onClick={pauseLive}>
        Pause
      </button>
    </span>
  );
}
