import { expect, test } from 'vitest';
import { keysIn } from './process-terminal.ts';

test('keysIn() names keys, takes a paste apart, and leaves out what nobody knows', () => {
  expect(keysIn('\u001b[A\u001b[B\u001bOC')).toEqual(['up', 'down', 'right']);
  expect(keysIn('j/é€😀')).toEqual(['j', '/', 'é', '€', '😀']);
  expect(keysIn('\u001b')).toEqual(['escape']);
  expect(keysIn('\u001b[24~\u001b[1;5D\u0001')).toEqual([]);
  expect(keysIn('\r \u007f\u0003')).toEqual(['enter', 'space', 'backspace', 'ctrl-c']);
});
