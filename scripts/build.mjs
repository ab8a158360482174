// Builds core, app and web into their dist folders, and the app's modules into a few bundled ones, which is what runs. `--if-needed` skips the work when no source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

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

/**
 * 300 small modules cost every command a tenth of a second to find, read and link; a bundle of them a fifth of that.
 * Dependencies stay outside: they are installed beside it, and only the commands that need one load it. All files lie in
 * one folder, as deep below the package as the modules are, so that addresses relative to a module hold in both.
 */
async function bundle() {
  const dist = `${root}packages/app/dist`;
  const input = {
    bin: `${dist}/cli/bin.js`,
    statusline: `${dist}/statusline.js`,
    glance: `${dist}/stores/sqlite/glance.js`,
    replay: `${dist}/demo/replay.js`,
  };
  const external = (id) => id.startsWith('node:') || (/^[@a-z]/.test(id) && !id.startsWith('@tokenmeter/core'));
  rmSync(`${dist}/bundle`, { recursive: true, force: true });
  const bundled = await rolldown({ input, platform: 'node', external });
  await bundled.write({
    dir: `${dist}/bundle`,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundled.close();
}

const sources = Math.max(newest(`${root}packages`), statSync(`${root}package-lock.json`).mtimeMs);
if (!process.argv.includes('--if-needed') || !existsSync(stamp) || statSync(stamp).mtimeMs < sources) {
  process.stderr.write('Building\n');
  run('tsc', ['-b']);
  await bundle();
  if (existsSync(`${root}packages/web/index.html`)) {
    run('vite', ['build', 'packages/web', '--config', 'packages/web/vite.config.ts', '--logLevel', 'warn']);
    rmSync(`${root}packages/app/dist/web`, { recursive: true, force: true });
    cpSync(`${root}packages/web/dist`, `${root}packages/app/dist/web`, { recursive: true });
  }
  writeFileSync(stamp, '');
}
