/** What a run is doing, in the words and with the mark of the design's table of states. Pure. */
import { RUN_ENDINGS, type WireActivityNow, type WireLiveRun } from '@tokenmeter/core';
import { formatDuration, formatStopTime } from '@tokenmeter/core/format';

/** `live` and `danger` are full dots, `approval`, `waiting`, `stopping` and `unknown` hollow ones, the rest are signs. */
export type RunMark =
  | 'live'
  | 'danger'
  | 'approval'
  | 'waiting'
  | 'stopping'
  | 'unknown'
  | 'quiet'
  | 'capped'
  | 'stopped'
  | 'done'
  | 'failed';

export interface RunWords {
  readonly mark: RunMark;
  readonly tone: 'plain' | 'warn' | 'near' | 'danger';
  /** Comes first, in medium weight: the name of a tool. */
  readonly lead?: string | undefined;
  readonly text: string;
  /** For how long, where the clock goes on: UTC ms of the beginning. */
  readonly since?: number | undefined;
}

interface Situation {
  /** UTC ms by the server's clock. */
  readonly now: number;
  /** Nobody tells any more: what it does now is not known. */
  readonly isUnknown: boolean;
  /** Decimal dollars as text. */
  readonly money: (usd: string) => string;
}

/** A run without an event for so long is quiet. */
const QUIET_MS = 60_000;

export function isEnded({ status }: Pick<WireLiveRun, 'status'>): boolean {
  return RUN_ENDINGS.has(status);
}

export function runWords(run: WireLiveRun, situation: Situation): RunWords {
  if (isEnded(run)) return endWords(run, situation);
  const words =
    run.interrupt.requested_at === null ? (capWords(run, situation) ?? activityWords(run, situation)) : STOPPING;
  return situation.isUnknown ? { ...words, mark: 'unknown', since: undefined } : words;
}

const STOPPING: RunWords = { mark: 'stopping', tone: 'plain', text: 'Stopping' };

function endWords(run: WireLiveRun, { money }: Situation): RunWords {
  const took = run.ended_at === null ? undefined : Date.parse(run.ended_at) - Date.parse(run.started_at);
  const message = run.activity.message;
  switch (run.status) {
    case 'success':
      return {
        mark: 'done',
        tone: 'plain',
        text: took === undefined ? 'Finished' : `Finished in ${formatDuration(took)}`,
      };
    case 'timeout':
      return { mark: 'failed', tone: 'danger', text: `Ended: it ran out of time${message ? `. ${message}` : ''}` };
    case 'interrupted':
      return stopWords(run, money);
    case 'ended':
      // Nobody told how: it went silent.
      return { mark: 'quiet', tone: 'plain', text: `Ended${message ? `. ${message}` : ''}` };
    default:
      return { mark: 'failed', tone: 'danger', text: `Ended with an error${message ? `: ${message}` : ''}` };
  }
}

function stopWords(run: WireLiveRun, money: Situation['money']): RunWords {
  const time = run.interrupt.stop_ms === null ? '' : `, in ${formatStopTime(run.interrupt.stop_ms)}`;
  switch (run.stop_reason) {
    case 'budget_capped': {
      const name = run.cap?.kind === 'monthly' ? 'the monthly cap' : 'its cap';
      const at = run.cap ? ` of ${money(run.cap.amount_usd)}` : '';
      const over =
        run.cap?.overshoot_usd && Number(run.cap.overshoot_usd) > 0 ? `, ${money(run.cap.overshoot_usd)} over` : '';
      return { mark: 'capped', tone: 'danger', text: `Stopped by ${name}${at}${over}${time}` };
    }
    case 'token_capped':
      return { mark: 'capped', tone: 'danger', text: `Stopped at its token limit${time}` };
    case 'turn_capped':
      return { mark: 'capped', tone: 'danger', text: `Stopped at its turn limit${time}` };
    case 'user':
      return { mark: 'stopped', tone: 'plain', text: `Stopped by you${time}` };
    default:
      return { mark: 'stopped', tone: 'plain', text: `Interrupted${time}` };
  }
}

function capWords(run: WireLiveRun, { money }: Situation): RunWords | undefined {
  const { cap } = run;
  if (!cap || (cap.state !== 'critical' && cap.state !== 'near')) return undefined;
  const isCritical = cap.state === 'critical';
  if (!isCritical && cap.stops_in_seconds === null) return undefined;
  const when = cap.stops_in_seconds === null ? '' : `, ${paceWords(cap.stops_in_seconds)} at this pace`;
  const what = cap.kind === 'monthly' ? `the month’s ${money(cap.amount_usd)}` : money(cap.amount_usd);
  return {
    mark: isCritical ? 'danger' : 'live',
    tone: isCritical ? 'danger' : 'near',
    text: `Stops at ${what}${when}`,
  };
}

/** `in about 1 min`, `in under 1 min`, `in about 2 h`. */
function paceWords(seconds: number): string {
  if (seconds < 45) return 'in under 1 min';
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `in about ${Math.max(1, minutes)} min` : `in about ${Math.round(minutes / 60)} h`;
}

function activityWords(run: WireLiveRun, { now }: Situation): RunWords {
  const { activity } = run;
  const lastEvent = Date.parse(run.last_event_at);
  const isSilent = (activity.state === 'model' || activity.state === 'starting') && now - lastEvent >= QUIET_MS;
  if (activity.state === 'quiet' || isSilent) return quietWords(now - lastEvent);
  return threadWords(activity);
}

/** The same for one agent of the run, where nothing else is known than its activity. */
function threadWords(activity: WireActivityNow): RunWords {
  const since = Date.parse(activity.since);
  const { tool, message } = activity;
  switch (activity.state) {
    case 'starting':
      return { mark: 'live', tone: 'plain', text: 'Starting', since };
    case 'model':
      return { mark: 'live', tone: 'plain', text: 'Thinking', since };
    case 'tool':
      if (!tool) return { mark: 'live', tone: 'plain', text: 'In a tool', since };
      return {
        mark: 'live',
        tone: 'plain',
        lead: tool.name,
        text: tool.count > 1 ? `and ${tool.count - 1} more` : '',
        since,
      };
    case 'waiting_approval':
      return { mark: 'approval', tone: 'warn', text: tool ? `Needs approval: ${tool.name}` : 'Needs approval', since };
    case 'waiting_user':
      return { mark: 'waiting', tone: 'plain', text: 'Waiting for you', since };
    case 'compacting':
      return { mark: 'live', tone: 'plain', text: 'Compacting context', since };
    case 'retrying':
      return { mark: 'live', tone: 'warn', text: message ? `Retrying: ${message}` : 'Retrying', since };
    case 'stopping':
      return STOPPING;
    case 'quiet':
      return quietWords(0);
    case 'ended':
      return { mark: 'quiet', tone: 'plain', text: 'Ended' };
  }
}

function quietWords(silentMs: number): RunWords {
  const minutes = Math.max(1, Math.floor(silentMs / 60_000));
  const span = minutes < 60 ? `${minutes} min` : formatDuration(silentMs);
  return { mark: 'quiet', tone: 'plain', text: `Quiet for ${span}` };
}

/** What the mark says, for those who do not see it. */
export const MARK_NAMES: Readonly<Record<RunMark, string>> = {
  live: 'Running',
  danger: 'Close to its cap',
  approval: 'Needs approval',
  waiting: 'Waiting',
  stopping: 'Stopping',
  unknown: 'Not known now',
  quiet: 'Quiet',
  capped: 'Stopped by a cap',
  stopped: 'Stopped',
  done: 'Finished',
  failed: 'Failed',
};
