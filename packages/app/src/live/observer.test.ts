import { afterEach, expect, it } from 'vitest';
import { call, type HubWorld, hubWorld, NOON, session } from '../../test/hub-world.ts';
import type { Ingest } from '../house.ts';
import { observedRun } from './observed-run.ts';
import { Observer } from './observer.ts';

let world: HubWorld;
afterEach(() => world.close());

it('keeps nothing of sessions that nobody follows, however many moved in the last hour', async () => {
  world = await hubWorld();
  const { ledger, clock, log } = world;
  const own = { rootSessionId: '', sessionId: '', threadId: '' };
  for (let index = 0; index < 30; index++) {
    const id = `s${index}`;
    own.rootSessionId = own.sessionId = own.threadId = id;
    await log(`/logs/${id}.jsonl`, [session(id), call(`m${index}`, { ...own, at: NOON - 20 * 60_000 })]);
  }
  const heard = new Set<string>();
  const ingest = { onChange: () => () => {} } as unknown as Ingest; // -- nothing else of it is asked
  const observer = new Observer(ledger, ingest, clock, {
    runOf: (detail) => observedRun(detail, () => ledger.prices()),
    told: (run) => {
      heard.add(run.id);
      return run.id === 's7';
    },
  });
  await observer.start();
  expect(heard.size).toBe(30);
  expect(observer.kept).toBe(1);
  observer.close();
});
