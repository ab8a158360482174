import { expect, test } from 'vitest';
import { environmentFor } from './environment.ts';

const ours = { HOME: '/home/ada', CODEX_HOME: '/elsewhere', ANTHROPIC_API_KEY: 'key', PATH: '/bin' };

test('a client runs in our environment, or in that of another home with our keys', () => {
  const machine = (home: string) => ({ home, env: {}, platform: 'linux' });
  expect(environmentFor(machine('/home/ada'), ours, '/home/ada')).toBe(ours);
  expect(environmentFor(machine('/tmp/home'), ours, '/home/ada')).toEqual({
    HOME: '/tmp/home',
    USERPROFILE: '/tmp/home',
    ANTHROPIC_API_KEY: 'key',
    PATH: '/bin',
  });
});
