/**
 * What the demo's people are at: three projects, their workplans and tasks, and which recording is played for which task
 * on which day. Plain facts and arithmetic; it refuses to touch anything.
 */
import type { TaskStatus } from '@tokenmeter/core/work';

export interface DemoProject {
  /** Folder below `work` in the demo's home, as the recordings name it. */
  readonly folder: string;
  readonly remote: string;
  readonly branch: string;
  /** Tags, each put on the last commit that is so many days old. */
  readonly releases: readonly { readonly tag: string; readonly daysAgo: number }[];
}

export interface DemoWorkplan {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  /** Nano-dollars, null without a cap. */
  readonly capNano: bigint | null;
}

export interface DemoTask {
  readonly id: string;
  readonly title: string;
  /** The recording that is the work on it. */
  readonly recording: string;
  readonly folder: string;
  /** '' for work that is in no plan. */
  readonly workplan: string;
  readonly status: TaskStatus;
}

export const PROJECTS: readonly DemoProject[] = [
  {
    folder: 'ledger-api',
    remote: 'https://git.example/acme/ledger-api.git',
    branch: 'feat/wal',
    releases: [
      { tag: 'v2.12', daysAgo: 9 },
      { tag: 'v2.13', daysAgo: 4 },
    ],
  },
  {
    folder: 'shop-web',
    remote: 'https://git.example/acme/shop-web.git',
    branch: 'main',
    releases: [{ tag: 'v5.0', daysAgo: 6 }],
  },
  { folder: 'docs-search', remote: 'https://git.example/acme/docs-search.git', branch: 'main', releases: [] },
];

export const WORKPLANS: readonly DemoWorkplan[] = [
  { id: 'wal', name: 'WAL storage migration', folder: 'ledger-api', capNano: 25_000_000_000n },
  { id: 'checkout', name: 'Checkout reliability', folder: 'shop-web', capNano: 10_000_000_000n },
  { id: 'prices', name: 'Price table service', folder: 'ledger-api', capNano: null },
];

const task = (
  recording: string,
  folder: string,
  workplan: string,
  id: string,
  title: string,
  status: TaskStatus = 'done',
): DemoTask => ({ id, title, recording, folder, workplan, status });

export const TASKS: readonly DemoTask[] = [
  task('migrate', 'ledger-api', 'wal', 'LED-41', 'Migrate session store to SQLite WAL', 'in_progress'),
  task('migrate', 'ledger-api', 'wal', 'LED-38', 'Move the event log to one writer'),
  task('migrate', 'ledger-api', 'wal', 'LED-36', 'Back up a store that is open'),
  task('price-table', 'ledger-api', 'prices', 'LED-44', 'Refactor price table loader', 'in_progress'),
  task('price-table', 'ledger-api', 'prices', 'LED-40', 'Round prices once, at the end'),
  task('flaky', 'shop-web', 'checkout', 'SHOP-12', 'Fix flaky checkout end-to-end test', 'in_progress'),
  task('flaky', 'shop-web', 'checkout', 'SHOP-9', 'Keep the cart over a reload'),
  task('index-docs', 'docs-search', '', 'DOCS-3', 'Index product docs for search', 'in_progress'),
];

export interface PastSession {
  readonly recording: string;
  readonly task: DemoTask;
  /** UTC ms. */
  readonly startsAt: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS = 13;

/** The task that a run of a recording works on now: the first of it. */
export function taskOf(recording: string): DemoTask | undefined {
  return TASKS.find((one) => one.recording === recording);
}

/** Sessions of the days before, oldest first, fewer at weekends: finished tasks first, what is still open last. */
export function pastSessions(recordings: readonly string[], now: number): readonly PastSession[] {
  const sessions: { recording: string; startsAt: number }[] = [];
  for (let day = DAYS; day >= 1; day--) {
    const isWeekend = [0, 6].includes(new Date(now - day * DAY_MS).getUTCDay());
    const count = isWeekend ? 1 : 2 + ((day * 7) % 4);
    for (let nth = 0; nth < count; nth++) {
      const recording = recordings[(day * 3 + nth) % recordings.length];
      if (recording !== undefined) sessions.push({ recording, startsAt: now - day * DAY_MS - nth * 2 * HOUR_MS });
    }
  }
  sessions.sort((a, b) => a.startsAt - b.startsAt);
  return sessions.flatMap((session): PastSession[] => {
    const all = sessions.filter(({ recording }) => recording === session.recording);
    const tasks = TASKS.filter(({ recording }) => recording === session.recording).toReversed();
    const chosen = tasks[Math.floor((all.indexOf(session) * tasks.length) / all.length)];
    return chosen ? [{ ...session, task: chosen }] : [];
  });
}
