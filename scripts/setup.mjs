// Installs what the lock file names, once: a stamp of its hash says that it is done. Plain JavaScript for Node 20 and newer,
// because it runs before the pinned runtime is there. It refuses to guess: any failure of npm is shown and ends the run.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.tokenmeter-setup`;
const hash = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  process.stderr.write('Installing dependencies (once, about half a minute)\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) {
    process.stderr.write('Cannot install the dependencies: "npm ci" failed, see above\n');
    process.exit(run.status ?? 1);
  }
  writeFileSync(stamp, hash);
}
