import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSuperseded, type MeasuredWork } from './supersede.ts';
import { EVENT_CERTAINTIES } from './token-event.ts';

const nothing: MeasuredWork = {
  sessions: new Set(),
  runs: new Set(),
  tasks: new Set(),
  commits: new Set(),
  toldRuns: new Set(),
  toldSessions: new Set(),
  toldTasks: new Set(),
};
const name = fc.constantFrom('', 'a', 'b', 'c');
const subjects = fc.record({ taskId: name, runId: name, sessionId: name, commitSha: name });
const names = fc.uniqueArray(name).map((list) => new Set(list));
const measures = fc.record({
  sessions: names,
  runs: names,
  tasks: names,
  commits: names,
  toldRuns: names,
  toldSessions: names,
  toldTasks: names,
});

test('isSuperseded() leaves an event alone where nothing was measured, whatever it names', () => {
  fc.assert(
    fc.property(subjects, fc.constantFrom(...EVENT_CERTAINTIES), (subject, certainty) => {
      expect(isSuperseded(subject, certainty, nothing)).toBe(false);
    }),
  );
});

test('isSuperseded() holds for every reported or estimated event of a measured run, session or task', () => {
  fc.assert(
    fc.property(subjects, measures, fc.constantFrom('reported', 'estimated'), (subject, measured, certainty) => {
      const { taskId, runId, sessionId } = subject;
      const isMeasured =
        (taskId !== '' && measured.tasks.has(taskId)) ||
        (runId !== '' && measured.runs.has(runId)) ||
        (sessionId !== '' && measured.sessions.has(sessionId));
      if (isMeasured) expect(isSuperseded(subject, certainty, measured)).toBe(true);
    }),
  );
});

test('isSuperseded() never lets knowing more bring back what is superseded', () => {
  fc.assert(
    fc.property(
      subjects,
      measures,
      measures,
      fc.constantFrom(...EVENT_CERTAINTIES),
      (subject, less, more, certainty) => {
        const both = Object.fromEntries(
          Object.entries(less).map(([key, set]) => [key, new Set([...set, ...more[key as keyof MeasuredWork]])]), // -- its own keys
        ) as unknown as MeasuredWork; // -- the same keys as `less`
        if (isSuperseded(subject, certainty, less)) expect(isSuperseded(subject, certainty, both)).toBe(true);
      },
    ),
  );
});

test('isSuperseded() keeps an exact event of a task beside calls of it: another machine may have measured it', () => {
  const subject = { taskId: 't', runId: '', sessionId: '', commitSha: '' };
  const measured = { ...nothing, tasks: new Set(['t']) };
  expect(isSuperseded(subject, 'exact', measured)).toBe(false);
  expect(isSuperseded(subject, 'reported', measured)).toBe(true);
  expect(isSuperseded({ ...subject, sessionId: 's' }, 'exact', { ...measured, sessions: new Set(['s']) })).toBe(true);
});

test('isSuperseded() asks a commit only where no task, run or session is named', () => {
  const measured = { ...nothing, commits: new Set(['c']) };
  const subject = { taskId: '', runId: '', sessionId: '', commitSha: 'c' };
  expect(isSuperseded(subject, 'reported', measured)).toBe(true);
  expect(isSuperseded({ ...subject, taskId: 'unmeasured' }, 'reported', measured)).toBe(false);
});
