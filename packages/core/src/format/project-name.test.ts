import { expect, test } from 'vitest';
import { projectName } from './names.ts';

test.each([
  ['https://github.com/ada/engine.git', '/home/ada/src', 'engine'],
  ['git@github.com:ada/engine.git', '/home/ada/src', 'engine'],
  ['git@host:engine', '', 'engine'],
  ['https://github.com/ada/engine/', '', 'engine'],
  ['', '/home/ada/mobile app', 'mobile app'],
  ['', '/home/ada/mobile/', 'mobile'],
  ['', 'C:\\Users\\ada\\engine', 'engine'],
  ['', '/', '/'],
  ['', '', 'No project'],
])('projectName(%j, %j) is %j', (repository, directory, name) => {
  expect(projectName(directory, repository)).toBe(name);
});
