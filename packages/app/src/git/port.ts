/** What is asked of git, and how: reading only, in a directory, an answer or none. Never throws, never waits for long. */
export interface Git {
  /** What `git <words>` prints in a directory; undefined where it fails, takes too long or there is no git. */
  ask(directory: string, words: readonly string[]): Promise<string | undefined>;
  /** Whether a directory is there at all. */
  isThere(directory: string): boolean;
}

export interface LinkReport {
  /** Repositories, and how many of them had something new. */
  readonly repos: number;
  readonly changed: number;
  readonly directories: number;
  readonly commits: number;
  readonly releases: number;
  /** Directories in no repository. */
  readonly homeless: number;
}
