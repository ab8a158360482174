import { expect, test } from 'vitest';
import { injectedOf } from './injected.ts';

const listed = (names: readonly string[], content: string) =>
  injectedOf({ attachment: { type: 'skill_listing', names }, rendered: [{ content }] });
const spelled = (value: string) => JSON.stringify(value).length - 2;

test('a skill is told by its name where the list says how long its entry is, the rest of the list without one', () => {
  const entries = [
    '- tdd: Tests first.\n\nAlways "first".',
    '- big:review: Looks.',
    '- note: an entry that is no skill',
  ];
  const text = `<system-reminder>\nThe following skills:\n\n${entries.join('\n')}\n</system-reminder>`;
  const tdd = spelled(`${entries[0]}\n`);
  const review = spelled(`${entries[1]}\n${entries[2]}`);
  expect(listed(['tdd', 'big:review', 'gone'], text)).toEqual([
    { kind: 'skill', name: '', bytes: spelled(text) - tdd - review },
    { kind: 'skill', name: 'big:review', bytes: review },
    { kind: 'skill', name: 'tdd', bytes: tdd },
  ]);
});

test('of many skills the largest have names of their own, in whatever order they are listed', () => {
  const names = Array.from({ length: 60 }, (_, index) => `skill-${String(index).padStart(2, '0')}`);
  const list = (ordered: readonly string[]) => {
    const lines = ordered.map((name) => `- ${name}: ${'x'.repeat(Number(name.slice(6)) % 20)}\n`);
    return new Map(listed(ordered, lines.join('')).map(({ name, bytes }) => [name, bytes]));
  };
  const largest = ['17', '18', '19', '37', '38', '39', '58', '59'].map((number) => `skill-${number}`);
  expect([...list(names).keys()].filter((name) => name !== '').sort()).toEqual(largest);
  expect(list(names.toReversed())).toEqual(list(names));
});

test('a list without names, or cut from the log, is one piece', () => {
  expect(listed([], '- tdd: Tests first.')).toEqual([{ kind: 'skill', name: '', bytes: 19 }]);
  expect(listed(['tdd'], '')).toEqual([]);
});
