// Builds core, app and web into their dist folders. `--if-needed` skips the work when no source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}packages/app/dist/.built`;

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name === 'fixtures') continue;
    const path = `${folder}/${entry.name}`;
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    process.stderr.write(`Cannot build: "${command} ${args.join(' ')}" failed, see above\n`);
    process.exit(result.status ?? 1);
  }
}

const sources = Math.max(newest(`${root}packages`), statSync(`${root}package-lock.json`).mtimeMs);
if (!process.argv.includes('--if-needed') || !existsSync(stamp) || statSync(stamp).mtimeMs < sources) {
  process.stderr.write('Building\n');
  run('tsc', ['-b']);
  if (existsSync(`${root}packages/web/index.html`)) {
    run('vite', ['build', 'packages/web', '--config', 'packages/web/vite.config.ts', '--logLevel', 'warn']);
    rmSync(`${root}packages/app/dist/web`, { recursive: true, force: true });
    cpSync(`${root}packages/web/dist`, `${root}packages/app/dist/web`, { recursive: true });
  }
  writeFileSync(stamp, '');
}
