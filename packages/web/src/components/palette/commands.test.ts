/** Which entries of the palette match what was typed, and in which order. */
import { describe, expect, it } from 'vitest';
import { type Command, type CommandGroup, matchCommands, stepThrough } from './commands.ts';

const command = (group: CommandGroup, name: string, also?: string): Command => ({
  id: `${group}:${name}`,
  group,
  name,
  also,
  run: () => undefined,
});
const COMMANDS = [
  command('Repos', 'ledger-api', '/home/ana/code/ledger-api'),
  command('Sessions', 'Migrate session store', 'feat/wal'),
  command('Pages', 'Usage'),
  command('Pages', 'Sessions'),
  command('Actions', 'Copy a link to this view'),
];
const names = (typed: string) => matchCommands(COMMANDS, typed).map(({ name }) => name);

describe('matchCommands()', () => {
  it('offers everything, group by group, while nothing is typed', () => {
    expect(names('')).toEqual(['Usage', 'Sessions', 'Copy a link to this view', 'Migrate session store', 'ledger-api']);
  });

  it('needs every word, in any order, and looks at what is not shown last', () => {
    expect(names('link copy')).toEqual(['Copy a link to this view']);
    expect(names('wal')).toEqual(['Migrate session store']);
    expect(names('link usage')).toEqual([]);
  });

  it('puts the beginning of a name before the middle of one, within a group', () => {
    const pages = [command('Pages', 'Possession'), command('Pages', 'All sessions'), command('Pages', 'Sessions')];
    expect(matchCommands(pages, 'session').map(({ name }) => name)).toEqual(['Sessions', 'All sessions', 'Possession']);
  });

  it('shows six of a group at most', () => {
    const many = Array.from({ length: 20 }, (_, index) => command('Sessions', `Task ${index}`));
    expect(matchCommands(many, 'task')).toHaveLength(6);
  });
});

describe('stepThrough()', () => {
  it('goes round, and nowhere in an empty list', () => {
    expect([stepThrough(2, 1, 3), stepThrough(0, -1, 3), stepThrough(0, 1, 0)]).toEqual([0, 2, -1]);
  });
});
