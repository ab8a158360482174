/** `bin/tokenmeter.mjs` itself, as npm links it. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/tokenmeter.mjs', import.meta.url));

test('on an old Node it says which one it needs and the one line that brings it, and exits with 1', () => {
  const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.4" } })';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${pretend}`, BIN, 'usage', '--by', 'day'],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    'Cannot run on Node 20.19.4, 22.13 or newer is needed. This brings its own:\nnpx -p node@24 -p tokenmeter tokenmeter usage --by day\n',
  );
});

test('it is plain JavaScript that npm can link before a build: an executable line and no static import', () => {
  const text = readFileSync(BIN, 'utf8');
  expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
  expect(text).not.toMatch(/^import /m);
});

test.skipIf(!existsSync('/dev/full'))('a full disk behind its output is one line on stderr and exit code 1', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, [BIN, '--help'], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot write the output: ENOSPC[^\n]*\n$/);
  } finally {
    closeSync(full);
  }
});
