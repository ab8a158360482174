import { expect, it } from 'vitest';
import { holdCapLevel, holdContextLevel } from './level-hold.ts';

it('holdContextLevel() goes up at the line and down two points below it', () => {
  expect(holdContextLevel(0.7499, undefined)).toBe('ok');
  expect(holdContextLevel(0.75, 'ok')).toBe('watch');
  expect(holdContextLevel(0.735, 'watch')).toBe('watch');
  expect(holdContextLevel(0.7299, 'watch')).toBe('ok');
  expect(holdContextLevel(0.9, 'watch')).toBe('critical');
  expect(holdContextLevel(0.885, 'critical')).toBe('critical');
  expect(holdContextLevel(0.87, 'critical')).toBe('watch');
});

it('holdCapLevel() may fall several steps at once', () => {
  expect(holdCapLevel(0.7001, 'ok')).toBe('watch');
  expect(holdCapLevel(0.69, 'watch')).toBe('watch');
  expect(holdCapLevel(0.94, 'critical')).toBe('critical');
  expect(holdCapLevel(0.5, 'critical')).toBe('ok');
  expect(holdCapLevel(0.84, 'near')).toBe('near');
  expect(holdCapLevel(0.84, undefined)).toBe('watch');
});
