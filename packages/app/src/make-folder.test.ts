import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

test('makeFolder() makes all that is missing, private, and is content with what is there', () => {
  const base = mkdtempSync(join(tmpdir(), 'tokenmeter-folder-'));
  try {
    makeFolder(join(base, 'a/b/c'));
    makeFolder(join(base, 'a/b/c'));
    expect(statSync(join(base, 'a/b/c')).mode & 0o777).toBe(0o700);
    writeFileSync(join(base, 'file'), '');
    expect(() => makeFolder(join(base, 'file/below'))).toThrow();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
});

test.runIf(existsSync('/proc/self'))('makeFolder() ends where a file system has no room for folders', () => {
  expect(() => makeFolder('/proc/tokenmeter/data')).toThrow();
});
