import { describe, expect, it } from 'vitest';
import { interruptFace, stopWords } from './interrupt-face.ts';
import { ago, makeRun, makeThread, RUN_NOW } from './run-fixture.ts';

const now = { steady: 10_000, utc: RUN_NOW, isOffline: false };
const interrupt = (changes: Partial<ReturnType<typeof makeRun>['interrupt']>) =>
  makeRun({ interrupt: { ...makeRun().interrupt, ...changes } });

describe('interruptFace()', () => {
  it('asks first, then sends, then offers a harder way after five seconds', () => {
    const run = makeRun();
    expect(interruptFace(run, undefined, now)).toBe('idle');
    expect(interruptFace(run, { step: 'confirm', at: 9_000 }, now)).toBe('confirm');
    expect(interruptFace(run, { step: 'sent', at: 5_001 }, now)).toBe('sending');
    expect(interruptFace(run, { step: 'sent', at: 5_000 }, now)).toBe('stuck');
    expect(interruptFace(run, { step: 'forced', at: 9_999 }, now)).toBe('forcing');
  });

  it('follows what another page or the terminal asked', () => {
    expect(interruptFace(interrupt({ requested_at: ago(2) }), undefined, now)).toBe('sending');
    expect(interruptFace(interrupt({ requested_at: ago(5) }), { step: 'confirm', at: 9_000 }, now)).toBe('stuck');
    expect(interruptFace(interrupt({ requested_at: ago(9), forced: true }), undefined, now)).toBe('forcing');
  });

  it('is not there where a run ended or cannot be stopped, and dead while offline', () => {
    expect(interruptFace(makeRun({ status: 'interrupted' }), { step: 'sent', at: 0 }, now)).toBe('absent');
    expect(interruptFace(interrupt({ kind: 'none' }), undefined, now)).toBe('absent');
    expect(interruptFace(interrupt({ reason: 'Another machine runs it' }), undefined, now)).toBe('absent');
    expect(interruptFace(makeRun(), undefined, { ...now, isOffline: true })).toBe('offline');
  });
});

it('stopWords() counts the sub-agents that would end too', () => {
  const child = (id: string, status: 'running' | 'completed') =>
    makeThread({ thread_id: id, parent_thread_id: 'main', status });
  expect(stopWords(makeRun())).toBe('Stop this run');
  expect(stopWords(makeRun({ threads: [makeThread(), child('a', 'running')] }))).toBe('Stop this run and 1 sub-agent');
  expect(
    stopWords(
      makeRun({ threads: [makeThread(), child('a', 'running'), child('b', 'running'), child('c', 'completed')] }),
    ),
  ).toBe('Stop this run and 2 sub-agents');
});
