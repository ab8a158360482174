import { expect, test } from 'vitest';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';
import type { ScanProgress } from '../house.ts';

/** A house whose first read takes three seconds of its own clock. */
function slow(): FakeHouse {
  const house = fakeHouse('2026-11-21T12:00:00Z');
  house.ledger.add({ at: Date.parse('2026-11-20T10:00:00Z'), usage: { input: 5 } });
  house.ingest.scan = async (options?: { onProgress?: ((progress: ScanProgress) => void) | undefined }) => {
    for (let done = 1; done <= 3; done++) {
      house.clock.nowMs += 1_000;
      options?.onProgress?.({ filesDone: done * 1_000, filesTotal: 3_000, bytesDone: done * 5, bytesTotal: 15 });
    }
    const failures = [
      { path: '/home/ada/locked.jsonl', reason: 'permission denied' },
      { path: '/b', reason: 'x' },
    ];
    return { filesRead: 3_000, filesTotal: 3_000, bytesRead: 15, inserted: 1, changed: 0, failures };
  };
  return house;
}

test('long reading shows a bar on a terminal, cleared at the end, and nothing on stdout', async () => {
  const { out, err } = await say(slow(), ['usage', '--json'], { isErrTty: true });
  expect(err).toContain('Reading history: 1,000 of 3,000 files');
  expect(err).toContain('33%');
  expect(err).toContain('\r\u001b[K');
  expect(() => JSON.parse(out)).not.toThrow();
});

test('without a terminal there is no bar', async () => {
  expect((await say(slow(), ['usage', '--json'])).err).not.toContain('Reading history');
});

test('files that cannot be read are told of on stderr, and the figures still come', async () => {
  const { err, code } = await say(slow(), ['usage', '--json']);
  expect(err).toBe('Cannot read "/home/ada/locked.jsonl": permission denied, and 1 more, see tokenmeter doctor\n');
  expect(code).toBe(0);
});
