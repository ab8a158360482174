/** Where the ledger and its config lie: the platform's own place for such data unless told otherwise. It creates nothing. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DataDirOptions {
  /** `--data`: wins over everything. */
  readonly data?: string | undefined;
  /** `--home`: then the only home, and the environment is not asked. */
  readonly home?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/**
 * The data directory, absolute. `--data`, else `TOKENMETER_HOME`, else what the platform asks for: `$XDG_DATA_HOME`
 * (where absolute, as its specification demands) or `~/.local/share`, `~/Library/Application Support`, `%LOCALAPPDATA%`.
 */
export function dataDir(options: DataDirOptions): string {
  const { data, platform } = options;
  if (data) return resolve(data);
  const home = options.home === undefined ? homedir() : resolve(options.home);
  const env = options.home === undefined ? options.env : {};
  if (env.TOKENMETER_HOME) return resolve(env.TOKENMETER_HOME);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'tokenmeter');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'tokenmeter');
  const xdg = env.XDG_DATA_HOME;
  return join(xdg?.startsWith('/') ? xdg : join(home, '.local', 'share'), 'tokenmeter');
}
