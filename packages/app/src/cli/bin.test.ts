import { TokenmeterError } from '@tokenmeter/core';
import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';
import { VERBS } from './verbs.ts';

const house = () => {
  const made = fakeHouse('2026-11-21T12:00:00Z');
  made.ledger.add({ at: Date.parse('2026-11-20T10:00:00Z'), usage: { input: 5, output: 5 } });
  return made;
};

test.each([
  [['usage', '--sinec', '3'], 'Cannot run "usage": there is no option "--sinec", see tokenmeter usage --help'],
  [['usage', 'more'], 'Cannot run "usage": it does not know what to do with "more", see tokenmeter usage --help'],
  [['usage', '--since'], 'Cannot run "usage": --since needs a value, see tokenmeter usage --help'],
  [['usage', '--since', '--json'], 'Cannot run "usage": --since needs a value, see tokenmeter usage --help'],
  [['usage', '--since', 'soon'], 'Cannot use "soon" as --since'],
  [['usage', '--since', '2026-02-30'], 'Cannot use "2026-02-30" as --since, there is no such day'],
  [['usage', '--since', '2026-03-01', '--until', '2026-02-01'], 'Cannot show a period that ends before it begins'],
  [['usage', '--since', '2026-11-22'], 'Cannot show a period that has not begun: --since 2026-11-22 is after now'],
  [['sessions', '--since', '2027-01-01', '--until', '2027-01-31'], 'Cannot show a period that has not begun'],
  [['export', '--since', '2026-11-21T12:00:01Z', '--output', '/no/such/place'], 'is after now'],
  [['usage', '--tz', 'Mars/Base'], 'Cannot use "Mars/Base" as --tz'],
  [['usage', '--by', 'day,colour'], 'Cannot group by "colour"'],
  [['usage', '--by', 'day,day'], 'a key is there twice'],
  [['usage', '--period', 'year'], 'Cannot use "year" as --period'],
  [['usage', '--color', 'red'], 'Cannot use "red" as --color'],
  [['sessions', '--sort', 'name'], 'Cannot sort by "name"'],
  [['session'], 'Cannot run "session": missing required positional argument: ID'],
  [['prices', 'raise'], 'Cannot run "prices raise": write list, show, set'],
  [['export', '--format', 'xls'], 'Cannot export as "xls"'],
  [['completions', 'tcsh'], 'Cannot complete for "tcsh"'],
  [['config', 'get', 'colour'], 'Cannot find a setting "colour"'],
  [['retention', 'soon'], 'Cannot keep "soon" days of detail'],
  [['serve', '--port', 'x'], 'Cannot listen on port "x"'],
  [['usge'], 'Cannot run "usge": there is no such command, see tokenmeter --help; did you mean "usage"'],
])('%j is wrong usage: exit 2, one line on stderr, nothing on stdout', async (argv, message) => {
  const { code, out, err } = await say(house(), argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('a ledger that refuses is exit 1, with its own words', async () => {
  const made = house();
  made.ledger.trouble = new TokenmeterError(
    'ledger-damaged',
    'Cannot open the ledger: it is damaged, restore a backup',
  );
  const { code, err, out } = await say(made, ['usage']);
  expect({ code, err, out }).toEqual({
    code: 1,
    err: 'Cannot open the ledger: it is damaged, restore a backup\n',
    out: '',
  });
});

test('an unknown fault is exit 1 and names the command, without a stack', async () => {
  const made = house();
  made.ledger.trouble = new Error('disk on fire');
  const { code, err } = await say(made, ['usage']);
  expect({ code, err }).toEqual({ code: 1, err: 'Cannot finish "usage": disk on fire\n' });
});

test('a session that is not there is exit 4', async () => {
  const { code, err } = await say(house(), ['session', 'nope']);
  expect(code).toBe(4);
  expect(err).toBe('Cannot find a session "nope", tokenmeter sessions lists them\n');
});

test('options may stand before the command', async () => {
  const { code, out } = await say(house(), ['--data', '/nowhere', '--color', 'never', 'usage', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ schema: 'tokenmeter.usage/1' });
});

test('figures are read from the logs first, unless --no-scan', async () => {
  const made = house();
  await say(made, ['usage']);
  expect(made.ingest.scans).toBe(1);
  await say(made, ['usage', '--no-scan']);
  expect(made.ingest.scans).toBe(1);
});

test('warnings of the config go to stderr, and --json stays one document', async () => {
  const made = { ...house(), warnings: ['Ignored unknown key "colour" of config.jsonc'] };
  const { out, err } = await say(made, ['usage', '--json']);
  expect(err).toBe('Ignored unknown key "colour" of config.jsonc\n');
  expect(() => JSON.parse(out)).not.toThrow();
});

test('--help exists for every command and names its options; --version is the version', async () => {
  const { out: main } = await say(house(), ['--help']);
  for (const entry of VERBS) {
    expect(main).toContain(`  ${entry.name} `);
    const words = entry.parts ? Object.keys(entry.parts).map((part) => [entry.name, part]) : [[entry.name]];
    for (const argv of words) {
      const { out, code } = await say(house(), [...argv, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: tokenmeter ${argv.join(' ')}`);
    }
  }
  expect((await say(house(), ['--version'])).out).toBe('0.1.0\n');
});

test.each(['bash', 'zsh', 'fish'])('completions for %s mention every command, part and option', async (shell) => {
  const { out, code } = await say(house(), ['completions', shell]);
  expect(code).toBe(0);
  for (const entry of VERBS) {
    expect(out).toContain(entry.name);
    const loaders = entry.load ? [entry.load] : Object.values(entry.parts ?? {}).map((part) => part.load);
    for (const part of Object.keys(entry.parts ?? {})) expect(out).toContain(part);
    for (const load of loaders) {
      for (const [name, def] of Object.entries((await load()).args)) {
        if (def.type !== 'positional')
          expect(out).toContain(shell === 'fish' ? `-l ${def.default === true ? `no-${name}` : name}` : name);
      }
    }
  }
});
