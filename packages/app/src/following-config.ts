/**
 * The config of a process that stays: what was read at its start, and what the file says since. A value that is not
 * allowed changes nothing and is told. Where the server listens, and its token, are as they were at the start.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, type ConfigOptions, type LoadedConfig, loadConfig } from './config.ts';
import { CONFIG_FILE, type ConfigName } from './config-keys.ts';

/** What holds since the config was read again. */
export interface ConfigChange {
  readonly config: Config;
  /** Names of the fields of `config` that are no longer what they were. */
  readonly changed: readonly (keyof Config)[];
  /** Those that were not told before. */
  readonly warnings: readonly string[];
}

/** Nobody waits a second for a text editor; a look is one question to the file system. */
const LOOK_MS = 500;

/** Bound for as long as a process lives: a socket is open, and pages know the token. */
const BOUND: readonly (keyof Config & ConfigName)[] = ['host', 'port', 'token'];

export class FollowingConfig {
  readonly #options: ConfigOptions;
  readonly #start: LoadedConfig;
  readonly #listeners = new Set<(change: ConfigChange) => void>();
  #held: LoadedConfig;
  /** Of the file as it was read last. */
  #stamp: string;

  constructor(options: ConfigOptions) {
    this.#options = options;
    this.#stamp = stampOf(options.dataDir);
    this.#start = loadConfig(options);
    this.#held = this.#start;
  }

  get current(): Config {
    return this.#held.config;
  }

  get warnings(): readonly string[] {
    return this.#held.warnings;
  }

  /** Told each time something else holds, or something else is wrong. Answers how to stop listening. */
  onChange(listener: (change: ConfigChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the file as it is now. */
  reload(): void {
    const before = this.#held;
    this.#stamp = stampOf(this.#options.dataDir);
    this.#held = this.#bound(loadConfig({ ...this.#options, held: before.file }));
    const { config } = this.#held;
    const names = Object.keys(config) as (keyof Config)[]; // as -- keys of a Config
    const changed = names.filter((name) => JSON.stringify(config[name]) !== JSON.stringify(before.config[name]));
    const warnings = this.warnings.filter((warning) => !before.warnings.includes(warning));
    if (changed.length === 0 && this.warnings.join('\n') === before.warnings.join('\n')) return;
    for (const listener of this.#listeners) listener({ config, changed, warnings });
  }

  /** Looks at the file now and then, and reads it when it has changed and been left alone for a look. Answers how to stop. */
  follow(): () => void {
    let seen = this.#stamp;
    const timer = setInterval(() => {
      const stamp = stampOf(this.#options.dataDir);
      // Some programs empty a file before they fill it: what still moves is looked at again.
      if (stamp !== this.#stamp && stamp === seen) this.reload();
      seen = stamp;
    }, LOOK_MS).unref();
    return () => clearInterval(timer);
  }

  #bound({ config, warnings, file }: LoadedConfig): LoadedConfig {
    const start = this.#start.config;
    const moved = BOUND.filter((name) => config[name] !== start[name]);
    return {
      config: { ...config, host: start.host, port: start.port, token: start.token },
      warnings: [...warnings, ...moved.map((name) => `A new ${name} holds when tokenmeter is started again`)],
      file,
    };
  }
}

/** Changes whenever the file does; a link is followed. */
function stampOf(dataDir: string): string {
  const stats = statSync(join(dataDir, CONFIG_FILE), { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : '';
}
