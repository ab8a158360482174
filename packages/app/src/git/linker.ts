/**
 * Ties spend to repositories, commits and releases by asking git where sessions ran. Clones whose refs did not move are
 * not asked again; one round at a time, in the background, and reading of logs never waits for it.
 */
import type { Clock } from '@tokenmeter/core';
import type { GitFacts, Workplace, WorkStore } from '@tokenmeter/core/work';
import { readHistory, stampOf } from './history.ts';
import type { Git, LinkReport } from './port.ts';
import { type Clone, cloneOf, repoOf } from './repository.ts';

export interface LinkerOptions {
  readonly work: WorkStore;
  readonly git: Git;
  readonly clock: Clock;
}

/** After something was read, and between two rounds. */
const SOON_MS = 2_000;
const PAUSE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A clone with everything that was done in it. */
interface Site {
  readonly clone: Clone;
  readonly directories: Set<string>;
  readonly branches: Set<string>;
  firstAt: number;
}

export class Linker {
  readonly #options: LinkerOptions;
  readonly #stamps = new Map<string, string>();
  #running: Promise<LinkReport> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: LinkerOptions) {
    this.#options = options;
  }

  /** Links now; a second caller gets the round under way. */
  link(): Promise<LinkReport> {
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined;
      this.#lastAt = this.#options.clock.now();
    });
    return this.#running;
  }

  /** Links in a while, however often it is asked. What fails is tried again the next time. */
  soon(): void {
    if (this.#timer || this.#isClosed) return;
    const wait = Math.max(SOON_MS, this.#lastAt + PAUSE_MS - this.#options.clock.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.link().catch(() => undefined);
    }, wait);
    this.#timer.unref();
  }

  /** Knows nothing of what was linked: the ledger is another one. */
  forget(): void {
    this.#stamps.clear();
  }

  /** No more rounds; the one under way ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  async #round(): Promise<LinkReport> {
    const { work, git } = this.#options;
    const places = await work.workplaces();
    const { sites, facts, homeless } = await this.#sites(places);
    let changed = 0;
    const found: { -readonly [K in keyof GitFacts]: GitFacts[K][number][] } = {
      ...facts,
      commits: [],
      branches: [],
      releases: [],
    };
    for (const { clone, branches, firstAt } of sites.values()) {
      const since = Math.floor(firstAt / DAY_MS) * DAY_MS - DAY_MS;
      const stamp = await stampOf(git, clone, [...branches], since);
      if (this.#stamps.get(clone.gitDir) === stamp) continue;
      const history = await readHistory(git, clone, [...branches], since);
      found.commits.push(...history.commits);
      found.branches.push(...history.branches.map((branch) => ({ ...branch, repoId: clone.repo.id })));
      found.releases.push(...history.releases);
      this.#stamps.set(clone.gitDir, stamp);
      changed++;
    }
    if (!this.#isClosed) await work.link({ ...found, branches: merged(found.branches) });
    return {
      repos: new Set(facts.repos.map((repo) => repo.id)).size,
      changed,
      directories: facts.directories.length,
      commits: found.commits.length,
      releases: found.releases.length,
      homeless,
    };
  }

  async #sites(places: readonly Workplace[]): Promise<{
    readonly sites: ReadonlyMap<string, Site>;
    readonly facts: { repos: GitFacts['repos'][number][]; directories: GitFacts['directories'][number][] };
    readonly homeless: number;
  }> {
    const now = this.#options.clock.now();
    const sites = new Map<string, Site>();
    const repos = new Map<string, GitFacts['repos'][number]>();
    const directories = new Map<string, string>();
    const clones = new Map<string, Clone | undefined>();
    const nowhere = new Set<string>();
    for (const place of places) {
      const { directory, branch, firstAt } = place;
      if (directory === '') continue;
      if (!clones.has(directory)) clones.set(directory, await cloneOf(this.#options.git, directory, now));
      const clone = clones.get(directory);
      // A directory that is gone is still of the repository whose address its log told.
      const repo = clone?.repo ?? (place.remote === '' ? undefined : repoOf(place.remote, '', now));
      if (!repo) {
        if (!directories.has(directory)) nowhere.add(directory);
        continue;
      }
      if (clone || !repos.has(repo.id)) repos.set(repo.id, repo);
      directories.set(directory, repo.id);
      nowhere.delete(directory);
      if (!clone) continue;
      const site = sites.get(clone.gitDir) ?? { clone, directories: new Set(), branches: new Set(), firstAt };
      sites.set(clone.gitDir, site);
      site.branches.add(branch);
      site.firstAt = Math.min(site.firstAt, firstAt);
    }
    return {
      sites,
      facts: {
        repos: [...repos.values()],
        directories: [...directories].map(([path, repoId]) => ({ path, repoId })),
      },
      homeless: nowhere.size,
    };
  }
}

/** Two clones of one repository have the same branch: its commits are those of both. */
function merged(branches: readonly GitFacts['branches'][number][]): GitFacts['branches'] {
  const byName = new Map<string, GitFacts['branches'][number]>();
  for (const one of branches) {
    const key = `${one.repoId}\0${one.branch}`;
    const known = byName.get(key);
    const commits = new Map([...(known?.commits ?? []), ...one.commits].map((commit) => [commit.id, commit]));
    byName.set(key, { ...one, commits: [...commits.values()] });
  }
  return [...byName.values()];
}
