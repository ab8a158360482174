import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUsage, NO_USAGE, totalTokens } from '@tokenmeter/core';
import { agents } from '@tokenmeter/core/agents';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeHub } from '../../test/fake-hub.ts';
import { openDemo, openHouse } from '../main.ts';
import { AgentRunner } from '../runner/runner.ts';
import { type Performance, perform } from './recording.ts';
import { commandFor, demoRecordings, writeHistory } from './stage.ts';

const NOW = Date.UTC(2030, 0, 10, 12);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const once = (over: Partial<Performance> = {}): Performance => ({
  home: '/home/demo',
  startsAt: NOW,
  pace: 1,
  newId: randomUUID,
  branch: 'main',
  ...over,
});

test('the recordings are of several agents, and say nothing that anybody said', () => {
  const recordings = demoRecordings();
  expect(new Set(recordings.map(({ recording }) => recording.head.agent))).toEqual(new Set(['claude-code', 'codex']));
  for (const { recording } of recordings) {
    expect(agents.map(({ id }) => id)).toContain(recording.head.agent);
    const text = recording.lines.join('\n');
    expect(/\/tmp\/|\/root\/|\/home\//.exec(text)?.[0]).toBeUndefined();
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  }
});

test('perform() makes each time another session, now, in its own home, with texts as long as they were', () => {
  for (const { recording } of demoRecordings()) {
    const lines = recording.lines.map(perform(recording, once()));
    const again = recording.lines.map(perform(recording, once()));
    const text = JSON.stringify(lines);
    expect(/\{home|\$text/.exec(text)?.[0]).toBeUndefined();
    const years = new Set([...text.matchAll(/\b(20\d\d)-\d\d-\d\dT/g)].map(([, year]) => year));
    expect(years).toEqual(new Set(['2030']));
    const idsIn = (of: unknown) =>
      new Set(JSON.stringify(of).match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|scripted\d+-\w+/g));
    const others = idsIn(again);
    expect([...idsIn(lines)].filter((id) => others.has(id))).toEqual([]);
    expect(idsIn(lines).size).toBe(others.size);
  }
});

test('the days before are read by the product as sessions of their own, with unpriced and nested ones among them', async () => {
  const home = join(folder, 'home');
  writeHistory(home, Date.now());
  const house = await openHouse({ home, data: join(folder, 'data') });
  await house.ingest.scan();
  const facts = await house.ledger.facts();
  expect(facts.calls).toBeGreaterThan(150);
  // What a client says that a session used is what its calls say, however slowly it is played.
  const { sessions } = await house.ledger.sessions({ limit: 100, sort: 'started', descending: true });
  for (const { sessionId } of sessions) {
    const { calls } = await house.ledger.calls(sessionId, { limit: 100 });
    expect(calls.filter(({ caller }) => caller === 'system:unattributed')).toEqual([]);
  }
  await house.close();
});

test('the days before are work: of repositories, plans and tasks, committed, released, taken back and not yet committed', async () => {
  const demo = await openDemo(1);
  try {
    await demo.house.ingest.scan();
    expect(await demo.house.linkWork()).toMatchObject({ repos: 3, homeless: 0 });
    const { cells } = await demo.house.work.cells();
    const measured = cells.filter(({ sums }) => sums.entries > 0);
    expect(measured.length).toBeGreaterThan(20);
    expect(measured.filter(({ repo, task }) => repo === '' || task === '')).toEqual([]);
    const { repos } = await demo.house.work.names();
    expect([...repos.values()].map(({ name }) => name).toSorted()).toEqual([
      'acme/docs-search',
      'acme/ledger-api',
      'acme/shop-web',
    ]);
    expect(new Set(measured.map(({ outcome }) => outcome))).toEqual(
      new Set(['shipped', 'committed', 'uncommitted', 'reverted']),
    );
    const { sessions } = await demo.house.ledger.sessions({ limit: 100, sort: 'started', descending: true });
    expect(sessions.filter(({ title }) => title === '')).toEqual([]);
  } finally {
    await demo.close();
  }
});

test.each(demoRecordings().map(({ recording, file }) => [recording.head.name, recording.head.agent, file] as const))(
  '%s is played to the runner like its client, at any speed',
  async (_, agent, file) => {
    const hub = new FakeHub();
    const runner = new AgentRunner({
      hub,
      clock: { now: () => Date.now() },
      machine: { home: folder, env: {}, platform: process.platform },
      env: { ...process.env, HOME: folder, USERPROFILE: folder },
      commands: () => ({ [agent]: commandFor(file, 20) }),
      graceMs: 2_000,
    });
    const started = await runner.start({ agent, prompt: 'demo', cwd: folder });
    expect(await started.ended).toMatchObject({ status: 'success', message: '' });
    const calls = new Map(
      hub.last.events.flatMap((event) => (event.type === 'call' ? [[event.call.identity, event.call.usage]] : [])),
    );
    const total = [...calls.values()].reduce(addUsage, NO_USAGE);
    expect(totalTokens(total)).toBeGreaterThan(100_000);
  },
);

test('a run of the demo can be interrupted, of either agent', { timeout: 30_000 }, async () => {
  for (const { recording, file } of demoRecordings().slice(0, 2)) {
    const { agent } = recording.head;
    const hub = new FakeHub();
    const runner = new AgentRunner({
      hub,
      clock: { now: () => Date.now() },
      machine: { home: folder, env: {}, platform: process.platform },
      env: { ...process.env, HOME: folder, USERPROFILE: folder },
      commands: () => ({ [agent]: commandFor(file, 1) }),
      graceMs: 5_000,
    });
    const started = await runner.start({ agent, prompt: 'demo', cwd: folder });
    await expect.poll(() => hub.last.events.some(({ type }) => type === 'tool_call'), { timeout: 10_000 }).toBe(true);
    started.open.requestStop('user');
    expect(await started.ended).toMatchObject({ status: 'interrupted' });
    expect(hub.last.forced).toBe(0);
  }
});
