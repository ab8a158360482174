import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { tellOfWork } from './work-news.ts';

async function heardAfter(method: string, path: string, status: 200 | 201 | 404 = 200): Promise<number> {
  let heard = 0;
  const app = new Hono();
  app.use(
    tellOfWork({
      announce: (changed) => {
        heard += changed;
      },
    }),
  );
  app.all('*', (c) => c.json({}, status));
  await app.request(path, { method });
  return heard;
}

describe('tellOfWork()', () => {
  test.each([
    ['POST', '/token-events/'],
    ['POST', '/token-events/batch'],
    ['PATCH', '/api/tasks/t1/status'],
    ['DELETE', '/api/repos/r1'],
    ['POST', '/api/import/tasks'],
  ])('tells of %s %s', async (method, path) => {
    expect(await heardAfter(method, path)).toBe(1);
  });

  test('tells of nothing that only asked, failed, or is about something else', async () => {
    expect(await heardAfter('GET', '/token-events/')).toBe(0);
    expect(await heardAfter('POST', '/token-events/', 404)).toBe(0);
    expect(await heardAfter('POST', '/api/prices/preview')).toBe(0);
    expect(await heardAfter('POST', '/api/tasksheet')).toBe(0);
  });
});
