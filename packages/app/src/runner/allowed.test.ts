import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allowedRunner } from './allowed.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'tokenmeter-allowed-')));
  mkdirSync(join(dir, 'work', 'shop'), { recursive: true });
  mkdirSync(join(dir, 'work-other'));
  symlinkSync(join(dir, 'work-other'), join(dir, 'work', 'way-out'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const REACHED = new TokenmeterError('not-found', 'the runner was asked');
const start = (cwd: string, folders = [join(dir, 'work')]) =>
  allowedRunner(
    {
      start: async () => {
        throw REACHED;
      },
    },
    () => folders,
  ).start({ agent: 'claude', prompt: 'x', cwd });

test('a directory that is allowed, or lies below one, reaches the runner', async () => {
  await expect(start(join(dir, 'work'))).rejects.toBe(REACHED);
  await expect(start(join(dir, 'work', 'shop'))).rejects.toBe(REACHED);
});

test.each(['work-other', '.', 'work/../work-other', 'work/way-out', 'work/nowhere'])('%s does not', async (path) => {
  await expect(start(join(dir, path))).rejects.toMatchObject({ code: 'usage' });
});

test('nothing does where nothing is allowed', async () => {
  await expect(start(join(dir, 'work'), [])).rejects.toMatchObject({ code: 'usage' });
});
