import { expect, test } from 'vitest';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';
import { csvLine } from './csv.ts';
import type { UsageDocument } from './usage-data.ts';

const at = (text: string) => Date.parse(text);

function house(): FakeHouse {
  const made = fakeHouse('2026-11-21T12:00:00Z');
  made.ledger.add(
    {
      at: at('2026-06-01T10:00:00Z'),
      usage: { input: 10, output: 20, cacheRead: 30, cacheWrite5m: 4, cacheWrite1h: 5 },
    },
    {
      at: at('2026-06-01T23:30:00Z'),
      agent: 'codex',
      seller: 'openai',
      model: 'gpt-5.3-codex',
      session: 's3',
      usage: { input: 7, output: 8, reasoning: 3 },
    },
    {
      at: at('2026-06-02T10:00:00Z'),
      project: '/home/ada/café 2',
      model: 'no-such-model-9',
      session: 's4',
      usage: { input: 100 },
    },
  );
  return made;
}

const json = async (argv: string[]) => {
  const { out, code } = await say(house(), ['usage', '--json', ...argv]);
  return { document: JSON.parse(out) as UsageDocument, code };
};

test('--json without a period is everything, as tokenmeter.usage/1', async () => {
  const { document, code } = await json(['--by', 'day,model', '--tz', 'UTC']);
  expect(code).toBe(0);
  expect(document.schema).toBe('tokenmeter.usage/1');
  expect(document.period).toEqual({ since: null, until: null, tz: 'UTC' });
  expect(document).toMatchObject({
    from: null,
    to: null,
    tz: 'UTC',
    partial: true,
    generated_at: '2026-11-21T12:00:00.000Z',
  });
  expect(document.rows.map((row) => Object.entries(row.key))).toEqual([
    [
      ['day', '2026-06-01'],
      ['model', 'claude-opus-4-5'],
    ],
    [
      ['day', '2026-06-01'],
      ['model', 'gpt-5.3-codex'],
    ],
    [
      ['day', '2026-06-02'],
      ['model', 'no-such-model-9'],
    ],
  ]);
  expect(document.totals).toMatchObject({
    calls: 3,
    input: 117,
    cache_read: 30,
    cache_write_5m: 4,
    cache_write_1h: 5,
    output: 28,
    reasoning: 3,
    tokens: 184,
    tool_calls: 0,
    cost_complete: false,
    unpriced_tokens: 100,
  });
  expect(document.totals.cost_usd).toMatch(/^\d+\.\d{9}$/);
});

test('--json has null for what nobody told: reasoning and the cost of a model without a price', async () => {
  const { document } = await json(['--by', 'model']);
  const row = document.rows.find(({ key }) => key.model === 'no-such-model-9');
  expect(row).toMatchObject({ reasoning: null, cost_usd: null, cost_complete: false, unpriced_tokens: 100 });
});

test('--json keeps the asked order of keys', async () => {
  const { document } = await json(['--by', 'model,agent,day']);
  expect(Object.keys(document.rows[0]?.key ?? {})).toEqual(['model', 'agent', 'day']);
});

test('days are days of the asked zone', async () => {
  const { document } = await json(['--by', 'day', '--tz', 'Europe/Berlin', '--agent', 'codex']);
  expect(document.rows.map(({ key }) => key.day)).toEqual(['2026-06-02']);
});

test('--until is inclusive as a date', async () => {
  const { document } = await json(['--by', 'day', '--since', '2026-06-01', '--until', '2026-06-01', '--tz', 'UTC']);
  expect(document.period).toEqual({ since: '2026-06-01T00:00:00.000Z', until: '2026-06-02T00:00:00.000Z', tz: 'UTC' });
  expect(document).toMatchObject({ from: '2026-06-01', to: '2026-06-01' });
  expect(document.totals.calls).toBe(2);
});

test('--by project gives the slug of projects whose every call is Claude Code', async () => {
  const { document } = await json(['--by', 'project']);
  expect(document.rows.map(({ key }) => key)).toEqual([
    { project: '/home/ada/café 2', slug: '-home-ada-caf--2' },
    { project: '/home/ada/house' },
  ]);
  const { document: byAgent } = await json(['--by', 'agent,project']);
  expect(byAgent.rows.map(({ key }) => key)).toEqual([
    { agent: 'claude-code', project: '/home/ada/café 2', slug: '-home-ada-caf--2' },
    { agent: 'claude-code', project: '/home/ada/house', slug: '-home-ada-house' },
    { agent: 'codex', project: '/home/ada/house' },
  ]);
});

test('--by tool has the kind in the key, what was attributed, and null for what nobody tells of a tool', async () => {
  const { document } = await json(['--by', 'tool']);
  expect(document.rows[0]).toMatchObject({
    key: { tool: '', kind: 'other' },
    tokens: 184,
    input: 117,
    reasoning: null,
    cost_usd: '0.000764250',
    cost_parts: null,
  });
});

test('without data --json still prints a document, and exits with 4', async () => {
  const { out, code } = await say(fakeHouse('2026-11-21T12:00:00Z'), ['usage', '--json']);
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({ schema: 'tokenmeter.usage/1', rows: [], totals: { calls: 0, tokens: 0 } });
});

test('--csv has a header, raw numbers and an empty cost where it is unknown', async () => {
  const { out } = await say(house(), ['usage', '--csv', '--by', 'day,model', '--tz', 'UTC']);
  const [header, first, , third] = out.split('\r\n');
  expect(header).toBe(
    'day,model,calls,input,cache_read,cache_write_5m,cache_write_1h,output,reasoning,tokens,tool_calls,cost_usd,cost_is_partial,unpriced_tokens,from,to,tz,generated_at',
  );
  expect(first).toMatch(
    /^2026-06-01,claude-opus-4-5,1,10,30,4,5,20,,69,0,0\.\d{9},false,0,,,UTC,2026-11-21T12:00:00\.000Z$/,
  );
  expect(third).toMatch(/^2026-06-02,no-such-model-9,1,100,0,0,0,0,,100,0,,true,100,/);
});

test('csvLine() disarms formulas, quotes what needs it and leaves numbers alone', () => {
  expect(csvLine(['=1+1', '+1', '-1', '@x', '\tx', -5, 5n, null, undefined, true])).toBe(
    "'=1+1,'+1,'-1,'@x,'\tx,-5,5,,,true\r\n",
  );
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', '=a,b'])).toBe('"a,b","say ""hi""","two\nlines","\'=a,b"\r\n');
});
