import { describe, expect, it } from 'vitest';
import { commandName, targetOf } from './target.ts';

describe('commandName()', () => {
  it.each([
    ['git status', 'git'],
    ['/usr/local/bin/node --test a.ts', 'node'],
    ['npm', 'npm'],
    ['CI=1 LEVEL=debug make all', 'make'],
    ['TOKEN="a b" curl x', ''],
    ['SECRET=s3cret', ''],
    ['$(cat secret)', ''],
    ['"quoted program" x', ''],
    ['cd /x && ls', 'cd'],
    ['', ''],
  ])('of %j is %j', (command, name) => {
    expect(commandName(command)).toBe(name);
  });
});

describe('targetOf()', () => {
  it('names files and hosts, and nothing else', () => {
    expect(targetOf('file_path', '/home/ada/a.ts')).toBe('/home/ada/a.ts');
    expect(targetOf('url', 'https://example.com:8080/search?q=secret')).toBe('example.com:8080');
    expect(targetOf('url', 'javascript:alert(1)')).toBe('');
    expect(targetOf('pattern', 'secret')).toBe('');
    expect(targetOf('content', 'secret')).toBe('');
    expect(targetOf('path', 'a'.repeat(301))).toBe('');
  });
});
