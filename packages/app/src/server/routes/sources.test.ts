import type { WireHealth, WireLimits, WireSources } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking, readJson } from '../../../test/asking.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

const at = (text: string) => Date.parse(text);

describe('sources, limits, health', () => {
  const root = { agent: 'codex', path: '/home/ada/.codex', because: 'default', exists: true };
  const status = {
    agent: 'codex',
    files: 2,
    bytes: 300,
    lines: 40,
    skippedDamaged: 1,
    skippedUnknown: 2,
    lastReadAt: at('2026-11-18T14:00:00Z'),
    lastEventAt: 0,
    calls: 9,
    unread: [{ path: '/home/ada/.codex/sessions/rollout-a.jsonl', why: 'cut' as const }],
  };

  test('tell where logs were looked for and what was skipped', async () => {
    asking.house.ingest.roots_ = [root];
    asking.house.ledger.sources_ = [status, { ...status, agent: 'gone' }];
    const { body } = await asking.get<WireSources>('/api/sources');
    expect(body.sources).toMatchObject([
      {
        agent: 'codex',
        state: 'reading',
        skipped_damaged: 1,
        skipped_unknown: 2,
        calls: 9,
        unread: [{ path: '/home/ada/.codex/sessions/rollout-a.jsonl', why: 'cut' }],
        last_event_at: null,
        roots: [{ error: null }],
      },
      { agent: 'gone', agent_name: 'gone', state: 'not_found', roots: [] },
    ]);
    asking.house.ingest.roots_ = [{ ...root, error: 'EACCES' }];
    expect((await asking.get<WireSources>('/api/sources')).body.sources[0]?.state).toBe('error');
  });

  test('look again when told to', async () => {
    const response = await asking.app.request('/api/sources/scan', { method: 'POST' });
    expect(response.status).toBe(200);
    expect(asking.house.ingest.scans).toBe(1);
    expect((await readJson<WireSources>(response)).sources).toEqual([]);
  });

  test("tell plans' limits", async () => {
    asking.house.ledger.limits_ = [
      { agent: 'codex', name: 'primary', at: 0, usedPercent: 12.5, windowMinutes: 300, resetsAt: null, plan: '' },
    ];
    expect((await asking.get<WireLimits>('/api/limits')).body.limits).toEqual([
      {
        agent: 'codex',
        name: 'primary',
        at: '1970-01-01T00:00:00.000Z',
        used_percent: 12.5,
        window_minutes: 300,
        resets_at: null,
        plan: null,
      },
    ]);
  });

  test('tell the state of the house', async () => {
    asking.house.ledger.add({ at: at('2026-11-17T10:00:00Z'), model: 'nobody-knows-9', usage: { input: 5 } });
    expect((await asking.get<WireHealth>('/api/health')).body).toMatchObject({
      status: 'ok',
      version: '0.1.0',
      host: 'ada-laptop',
      started_at: '2026-11-18T15:00:00.000Z',
      ledger: { calls: 1, first_call_at: '2026-11-17T10:00:00.000Z' },
      import: null,
      unpriced_models: 1,
      warnings: [],
    });
    asking.house.ingest.progress_ = { filesDone: 1, filesTotal: 4, bytesDone: 0, bytesTotal: 9 };
    expect((await asking.get<WireHealth>('/api/health')).body).toMatchObject({
      status: 'importing',
      import: { files_done: 1, files_total: 4 },
    });
  });
});
