/** A temporary home with generated logs, and a house on it. Gone when the bench is done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHouse } from '../packages/app/dist/main.js';

export type House = Awaited<ReturnType<typeof openHouse>>;

export async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'tokenmeter-bench-'));
  try {
    return await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export async function withHouse<T>(home: string, data: string, work: (house: House) => Promise<T>): Promise<T> {
  const house = await openHouse({ home, data, resident: true });
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}
