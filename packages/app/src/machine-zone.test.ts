import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isZone } from '@tokenmeter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineZone } from './machine-zone.ts';

const before = process.env.TZ;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-zone-'));
});
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['America/New_York', 'America/New_York'],
  [':Europe/Berlin', 'Europe/Berlin'],
  ['', 'UTC'],
  ['UTC+3', '-03:00'],
  ['Nonsense/Zone', 'UTC'],
  [':/no/such/file', 'UTC'],
])('machineZone() with TZ=%s is %s', (tz, zone) => {
  process.env.TZ = tz;
  expect(machineZone()).toBe(zone);
  expect(isZone(machineZone())).toBe(true);
});

test('machineZone() finds the name of a zone in the file it lies in, through links', () => {
  const file = join(folder, 'zoneinfo/Europe/Lisbon');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  const link = join(folder, 'localtime');
  symlinkSync(file, link);
  for (const tz of [`:${link}`, link, file]) {
    process.env.TZ = tz;
    expect(machineZone()).toBe('Europe/Lisbon');
  }
});
