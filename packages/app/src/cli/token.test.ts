import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';

const house = (token?: string) => fakeHouse('2026-11-21T12:00:00Z', { token });

test('token tells the one of the config to whoever asks for it by name', async () => {
  expect((await say(house('open-sesame'), ['token'])).out).toBe('open-sesame\n');
  expect((await say(house('open-sesame'), ['config'])).out).not.toContain('open-sesame');
});

test('token says where it is where none is set', async () => {
  const { code, err } = await say(house(), ['token']);
  expect(code).toBe(1);
  expect(err).toContain('It is TOKENMETER_TOKEN where the server was started');
});
