import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doorsIn, knock, openDoor } from './door.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'door-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a door is the user’s alone, is found, hears who knocks, and is gone when closed', async () => {
  let stops = 0;
  const door = await openDoor(folder, 'abc123', () => {
    stops++;
  });
  expect(statSync(join(folder, 'run-abc123.sock')).mode & 0o777).toBe(0o600);
  expect(doorsIn(folder)).toEqual(['abc123']);
  expect(await knock(folder, 'abc123')).toBe(true);
  expect(await knock(folder, 'other')).toBe(false);
  expect(stops).toBe(1);
  door?.close();
  await expect.poll(() => doorsIn(folder)).toEqual([]);
  expect(await knock(folder, 'abc123')).toBe(false);
});

test('a folder whose path is too long, or that is not there, has no doors and no harm comes of it', async () => {
  expect(await openDoor(`/${'long/'.repeat(30)}`, 'abc', () => {})).toBeUndefined();
  expect(await openDoor(join(folder, 'no'), 'abc', () => {})).toBeUndefined();
  expect(doorsIn(join(folder, 'no'))).toEqual([]);
  writeFileSync(join(folder, 'run-not-hex.sock'), '');
  expect(doorsIn(folder)).toEqual([]);
});
