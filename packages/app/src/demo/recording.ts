/**
 * Recordings of real sessions that the demo plays: every line of a client's output and of its logs with its time, texts as
 * their sizes. Played again it is another session: other ids, another home, times of now. It refuses to read files.
 */

export interface RecordingHead {
  readonly name: string;
  readonly title: string;
  readonly agent: string;
  readonly project: string;
  /** UTC ms of the first line. */
  readonly startedAt: number;
}

/** One line, `t` milliseconds after the start: of the output, or of a log below the home. */
export interface RecordedLine {
  readonly t: number;
  readonly out?: unknown;
  readonly file?: string;
  readonly line?: unknown;
}

export interface Recording {
  readonly head: RecordingHead;
  /** As text: a line is made one of a session of its own before it is parsed. */
  readonly lines: readonly string[];
}

export interface Performance {
  readonly home: string;
  /** UTC ms that the first line gets. */
  readonly startsAt: number;
  /** How many times as fast as it was recorded; below 1 it is slower. */
  readonly pace: number;
  /** A new UUID each time. */
  readonly newId: () => string;
  /** The branch it is played on. */
  readonly branch: string;
}

export function parseRecording(text: string): Recording {
  const [head = '', ...lines] = text.split('\n').filter((line) => line !== '');
  return { head: JSON.parse(head) as RecordingHead, lines }; // -- our own file
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Ids that the scripted model and the recorder gave. */
const GIVEN = /(scripted|demo)(\d+)\b/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Codex files its logs by their day, and names them by their second. */
const FILED = /sessions\/\d{4}\/\d\d\/\d\d\/rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/g;
/** Recorded in a folder of no repository. */
const NO_BRANCH = '"gitBranch":"HEAD"';
const NEAR_MS = 86_400_000;

/** Makes lines of a recording those of a session that starts now. Ids that were the same stay the same as each other. */
export function perform(
  { head }: Recording,
  { home, startsAt, pace, newId, branch }: Performance,
): (line: string) => RecordedLine {
  const ids = new Map<string, string>();
  const suffix = newId().slice(0, 8);
  const idOf = (id: string) => {
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known;
  };
  const moved = (at: number) => Math.round(startsAt + (at - head.startedAt) / pace);
  const stamp = new Date(startsAt).toISOString().slice(0, 19).replaceAll(':', '-');
  const day = stamp.slice(0, 10);
  const branchOf = `"gitBranch":${JSON.stringify(branch)}`;
  const slug = home.replace(/[^A-Za-z0-9]/g, '-');
  const filled = (value: unknown): unknown => {
    if (typeof value === 'number') return movedNumber(value, head.startedAt, moved);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    if ('$text' in value && typeof value.$text === 'number') return 'x'.repeat(value.$text);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item)]));
  };
  return (line) => {
    const text = line
      .replace(UUID, idOf)
      .replace(GIVEN, (_, word: string, number: string) => `${word}${number}-${suffix}`)
      .replace(TIME, (time) => new Date(moved(Date.parse(time))).toISOString())
      .replace(FILED, () => `sessions/${day.replaceAll('-', '/')}/rollout-${stamp}`)
      .replaceAll(NO_BRANCH, branchOf)
      .replaceAll('{home-slug}', slug)
      .replaceAll('{home}', home);
    const { t, out, file, line: logged } = JSON.parse(text) as RecordedLine; // -- our own file
    if (file !== undefined) return { t, file: file, line: filled(logged) };
    return { t, out: filled(out) };
  };
}

/** Times that are numbers: milliseconds or seconds near those of the recording. */
function movedNumber(value: number, startedAt: number, moved: (at: number) => number): number {
  if (Math.abs(value - startedAt) < NEAR_MS) return moved(value);
  if (Math.abs(value * 1000 - startedAt) < NEAR_MS) return Math.floor(moved(value * 1000) / 1000);
  return value;
}
