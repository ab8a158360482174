/**
 * The scopes work is accounted to: repository, workplan, task, commit, release. Plain facts with an id; what is unknown
 * or absent is ''. They refuse to hold what anybody wrote: a commit has its hash and instant, not its message.
 */
export const TASK_STATUSES = ['todo', 'in_progress', 'blocked', 'done', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export interface Repo {
  readonly id: string;
  readonly name: string;
  /** Remote URL without credentials. */
  readonly remote: string;
  /** Directory of its main working tree. */
  readonly root: string;
  readonly createdAt: number;
}

export interface Workplan {
  readonly id: string;
  readonly name: string;
  readonly repoId: string;
  /** Nano-dollars it may cost, null without a cap. */
  readonly capNano: bigint | null;
  readonly createdAt: number;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly workplanId: string;
  readonly repoId: string;
  readonly status: TaskStatus;
  /** Sessions told to be work on it. A session works on one task: the last one told. */
  readonly sessions: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly doneAt: number | null;
  /** How often its status changed: names a change, so that a retry of it is known. */
  readonly changes: number;
}

export interface Commit {
  /** Its hash. */
  readonly id: string;
  readonly repoId: string;
  readonly branch: string;
  readonly taskId: string;
  readonly authoredAt: number;
  /** The first release that holds it. */
  readonly releaseId: string;
  readonly isReverted: boolean;
  readonly pullRequest: string;
}

export interface Release {
  readonly id: string;
  readonly repoId: string;
  readonly tag: string;
  readonly commitSha: string;
  readonly releasedAt: number;
}

export interface Entities {
  readonly repo: Repo;
  readonly workplan: Workplan;
  readonly task: Task;
  readonly commit: Commit;
  readonly release: Release;
}
export type EntityKind = keyof Entities;

export const ENTITY_KINDS = ['repo', 'workplan', 'task', 'commit', 'release'] as const satisfies readonly EntityKind[];

/** Longest id or name that is taken. */
export const LONGEST_NAME = 256;

/** What may be an id: one line, no white space at its ends, not too long. */
export function isName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: -- control characters are what is refused
  return text.length > 0 && text.length <= LONGEST_NAME && text === text.trim() && !/[\u0000-\u001f\u007f]/.test(text);
}

/** A commit's hash, or enough of its beginning to name it. */
export function isSha(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

/** A remote's address without user, password and `.git`, so that two ways to reach it are one repository. */
export function plainRemote(remote: string): string {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/)(.+)$/.exec(remote);
  const url = /^[a-z+]+:\/\/(?:[^@/\s]*@)?([^/:\s]+)(?::\d+)?\/(.+)$/i.exec(remote);
  const [, host, path] = url ?? scp ?? [];
  if (host === undefined || path === undefined) return remote.replace(/\/+$/, '').replace(/\.git$/, '');
  return `${host.toLowerCase()}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
}
