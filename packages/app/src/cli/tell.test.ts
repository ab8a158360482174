import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { say, unpainted } from '../../test/fake-terminal.ts';
import { VERBS } from './verbs.ts';
import { displayWidth } from './width.ts';

const HELP = VERBS.flatMap(({ name, parts }) => [[name], ...Object.keys(parts ?? {}).map((part) => [name, part])]);

/** Lines that a word could have been taken from. */
const tooWide = (text: string, columns: number) =>
  unpainted(text)
    .split('\n')
    .filter((line) => displayWidth(line) > columns && line.trim().includes(' '));

function house() {
  const made = fakeHouse('2026-11-21T12:00:00Z');
  made.ledger.add({ at: Date.parse('2026-11-02T10:00:00Z'), usage: { input: 5, output: 5 } });
  return made;
}

test.each([40, 60, 80])('the help of every command fits into %i columns', async (columns) => {
  for (const words of [[], ...HELP]) {
    const { out } = await say(house(), [...words, '--help'], { columns });
    expect(tooWide(out, columns), words.join(' ')).toEqual([]);
    // Not a word is lost.
    const { out: whole } = await say(house(), [...words, '--help']);
    expect(out.split(/\s+/)).toEqual(whole.split(/\s+/));
  }
});

test('where there is room beside the options their descriptions are a column, else they stand below', async () => {
  const usage = async (columns: number) => (await say(house(), ['usage', '--help'], { columns })).out;
  expect(await usage(60)).toContain(
    '\n  --until DATE   Up to and with this day, or up to an\n                 instant\n',
  );
  expect(await usage(40)).toContain('\n  --until DATE\n      Up to and with this day, or up to\n      an instant\n');
});

test.each(['usage', 'sessions', 'models', 'blocks'])(
  '%s says that there is nothing in lines that fit, and piped in one',
  async (verb) => {
    const argv = [verb, '--since', '2026-11-20'];
    const { out } = await say(house(), argv, { columns: 40 });
    expect(tooWide(out, 40)).toEqual([]);
    const { out: piped } = await say(house(), argv);
    expect(piped.split('\n')[0]?.length).toBeGreaterThan(40);
    expect(out.split(/\s+/)).toEqual(piped.split(/\s+/));
  },
);

test('verify breaks its checks between words', async () => {
  const made = house();
  made.ledger.verify = async () => ({
    ok: true,
    calls: 1,
    checks: [{ name: 'totals of sessions and threads are the sum of their calls', ok: true, detail: '' }],
  });
  const { out } = await say(made, ['verify'], { columns: 40 });
  expect(out).toContain('ok  totals of sessions and threads are\n    the sum of their calls\n');
});

test.each(['never', 'always'])('no name from a log moves a cursor or breaks a line, with colours %s', async (color) => {
  const evil = 'x\u001b[2J\u001b]0;title\u0007\u009b3m\nsecond \u202eline';
  const made = fakeHouse('2026-11-21T12:00:00Z');
  const at = Date.parse('2026-11-02T10:00:00Z');
  made.ledger.add({ at, model: evil, project: `/w/${evil}`, usage: { input: 5, output: 5 } });
  for (const words of [
    [],
    ['usage', '--by', 'model'],
    ['usage', '--by', 'project'],
    ['models'],
    ['doctor'],
    ['sessions'],
  ]) {
    const { out, err } = await say(made, [...words, '--color', color], { columns: 100 });
    const text = unpainted(out + err);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/g), words.join(' ')).toBeNull();
    expect(text, words.join(' ')).not.toMatch(/^second/m);
  }
  const refused = await say(made, ['session', evil]);
  expect(refused.code).not.toBe(0);
  expect(refused.err).not.toContain('\u001b');
});
