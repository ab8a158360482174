import { describe, expect, it } from 'vitest';
import { failureOf } from './api.ts';

const body = (code: string, message: string, path?: string) =>
  JSON.stringify({ error: { code, message, request_id: 'r-1', ...(path ? { path } : {}) } });

describe('failureOf()', () => {
  it('says which number the server answered, and keeps the id of the request', () => {
    const failure = failureOf(500, body('internal', 'Something with names of files'));
    expect([failure.message, failure.requestId]).toEqual(['The server answered 500.', 'r-1']);
  });

  it('passes on the words about the ledger and about what was asked wrongly', () => {
    expect(failureOf(503, body('ledger-locked', 'The ledger is locked by another process (pid 4121)')).message).toBe(
      'The ledger is locked by another process (pid 4121).',
    );
    expect(failureOf(400, body('bad-query', 'Cannot read "tz".', 'tz'))).toMatchObject({
      message: 'Cannot read "tz".',
      field: 'tz',
    });
  });

  it('survives an answer that is no JSON', () => {
    expect(failureOf(502, '<html>Bad gateway</html>').message).toBe('The server answered 502.');
    expect(failureOf(500, 'null').message).toBe('The server answered 500.');
  });

  it('tells a missing token apart', () => {
    expect(failureOf(401, '').kind).toBe('sign-in');
  });
});
