/**
 * The storage port of the work: entities, token events, what git told, and the cells that spend is summed from. It lives
 * in the ledger's own database, so that one backup holds both and one transaction writes each. Every store passes
 * `testing/work-suite.ts`.
 */
import type { WorkCell } from './cell.ts';
import type { Entities, EntityKind, Task, TaskStatus } from './entity.ts';
import type { TokenEvent } from './token-event.ts';

export interface EntityQuery {
  readonly repoId?: string | undefined;
  readonly workplanId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly status?: TaskStatus | undefined;
  readonly limit: number;
  /** What an earlier page gave as `next`. */
  readonly after?: string | undefined;
}

export interface EventQuery {
  readonly taskId?: string | undefined;
  readonly workplanId?: string | undefined;
  readonly repoId?: string | undefined;
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
  /** Half-open [createdFrom, createdTo). */
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** An event as kept: with what it costs and whether something measured counts in its place. */
export interface KeptEvent extends TokenEvent {
  readonly costNano: number | null;
  readonly isSuperseded: boolean;
}

/** `conflict`: the key is that of an event that says something else. Each with the event that stands. */
export interface AddedEvent {
  readonly status: 'accepted' | 'duplicate' | 'conflict';
  readonly event: KeptEvent;
}

export interface StatusChange {
  readonly task: Task;
  /** False: it was in that status already. */
  readonly isChanged: boolean;
  readonly event?: KeptEvent | undefined;
  /** False for the event that an earlier try of this change made. */
  readonly isEventNew: boolean;
}

/** Somewhere that sessions ran: what git is asked about. */
export interface Workplace {
  readonly directory: string;
  /** Remote URL that a log told, '' none. */
  readonly remote: string;
  readonly branch: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What git told of some places. Said again it changes nothing; what it says of a branch replaces what it said before. */
export interface GitFacts {
  readonly repos: readonly Entities['repo'][];
  readonly directories: readonly { readonly path: string; readonly repoId: string }[];
  /** `taskId` and `pullRequest` are kept where somebody told them; the rest is git's word. */
  readonly commits: readonly Entities['commit'][];
  /** All commits that calls on a branch may belong to, by author time. */
  readonly branches: readonly {
    readonly repoId: string;
    readonly branch: string;
    readonly commits: readonly { readonly id: string; readonly authoredAt: number }[];
  }[];
  readonly releases: readonly Entities['release'][];
}

export interface WorkCells {
  readonly cells: readonly WorkCell[];
  /** Of the newest call or event there is, whatever the period; null where there is none. */
  readonly lastAt: number | null;
}

/** All entities by id, for naming and deriving. */
export interface WorkNames {
  readonly repos: ReadonlyMap<string, Entities['repo']>;
  readonly workplans: ReadonlyMap<string, Entities['workplan']>;
  readonly tasks: ReadonlyMap<string, Entities['task']>;
  readonly commits: ReadonlyMap<string, Entities['commit']>;
  readonly releases: ReadonlyMap<string, Entities['release']>;
  /** Tasks that a run works on now. */
  readonly running: ReadonlySet<string>;
}

export interface WorkStore {
  /** Makes or replaces it. A task's `changes`, and its status while it exists, are `changeStatus`'s alone. */
  put<K extends EntityKind>(kind: K, entity: Entities[K]): Promise<'created' | 'changed' | 'same'>;
  /** By id, else by natural key: a repository's name or remote, a workplan's name, a hash's beginning, a tag. */
  find<K extends EntityKind>(kind: K, reference: string): Promise<Entities[K] | undefined>;
  list<K extends EntityKind>(
    kind: K,
    query: EntityQuery,
  ): Promise<{ readonly items: readonly Entities[K][]; readonly next?: string | undefined }>;
  /** False where there was none. Throws `usage` where token events or other entities refer to it. */
  remove(kind: EntityKind, id: string): Promise<boolean>;
  /** One transaction: the change, and its event where one is given. Tried again, nothing more happens. */
  changeStatus(
    taskId: string,
    status: TaskStatus,
    at: number,
    event: TokenEvent | undefined,
  ): Promise<StatusChange | undefined>;
  /** One transaction. What events refer to must be there. */
  addEvents(events: readonly TokenEvent[]): Promise<readonly AddedEvent[]>;
  event(id: string): Promise<KeptEvent | undefined>;
  /** Newest first. */
  events(query: EventQuery): Promise<{
    readonly events: readonly KeptEvent[];
    readonly matched: number;
    readonly next?: string | undefined;
  }>;
  /** Everything spent in [since, until), in cells. */
  cells(since?: number, until?: number): Promise<WorkCells>;
  /** Cells of one scope, of all time: what a summary sums. */
  scope(kind: EntityKind, id: string): Promise<readonly WorkCell[]>;
  names(): Promise<WorkNames>;
  workplaces(): Promise<readonly Workplace[]>;
  link(facts: GitFacts): Promise<void>;
}
