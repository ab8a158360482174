// Every check that is not a test, in the order of how quickly it fails: types, lint and format, architecture, unused code, packages.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps = [
  ['node', 'scripts/setup.mjs'],
  ['npm', 'run', '--silent', 'check:types'],
  ['npm', 'run', '--silent', 'check:lint'],
  ['node', 'scripts/build-walker.mjs', '--check'],
  ['node', 'scripts/build.mjs', '--if-needed'],
  ['vitest', 'run', '--project', 'unit', 'test/architecture.test.ts'],
  ['npm', 'run', '--silent', 'check:unused'],
  ['npm', 'run', '--silent', 'check:package'],
];
for (const [command, ...args] of steps) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check failed at: ${command} ${args.join(' ')}`);
    process.exit(status ?? 1);
  }
}
console.log('check passed');
