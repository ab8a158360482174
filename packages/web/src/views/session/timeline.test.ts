import { describe, expect, it } from 'vitest';
import { kindClass } from '../../kinds.ts';
import { aCall, aMark } from './session-fixture.ts';
import { compactionText, kindName, timelineItems } from './timeline.ts';

const TOOL = {
  id: 't1',
  name: 'Read',
  kind: 'read',
  at: '2026-11-21T13:00:00.000Z',
  ended_at: null,
  argument_bytes: 10,
  result_bytes: null,
  is_error: null,
};
const kinds = (items: ReturnType<typeof timelineItems>) =>
  items.map((item) => (item.kind === 'mark' ? item.text : item.kind === 'call' ? item.call.id : item.tool.name));

describe('timelineItems()', () => {
  it('puts tool calls under their call and marks between calls', () => {
    const calls = [aCall('a', 10, { tools: [TOOL] }), aCall('b', 30)];
    const marks = [aMark('prompt', 0), aMark('compaction', 20, { before: 182_000, after: 41_000 })];
    expect(kinds(timelineItems(calls, marks, undefined))).toEqual([
      'Prompt 1',
      'a',
      'Read',
      'Compacted: 182k to 41.0k',
      'b',
    ]);
  });

  it('keeps a mark after the last call', () => {
    expect(kinds(timelineItems([aCall('a', 10)], [aMark('prompt', 60)], undefined))).toEqual(['a', 'Prompt 1']);
  });

  it('tells a change of model per thread, and none for calls beside the conversation', () => {
    const calls = [
      aCall('a', 1),
      aCall('title', 2, { caller: 'system:title', model: 'claude-haiku-4-5' }),
      aCall('sub', 3, { thread_id: 'sub', model: 'claude-haiku-4-5' }),
      aCall('b', 4),
      aCall('c', 5, { model: 'claude-sonnet-4-6' }),
    ];
    expect(kinds(timelineItems(calls, [], undefined))).toEqual([
      'a',
      'title',
      'sub',
      'b',
      'Model changed to Sonnet 4.6',
      'c',
    ]);
  });

  it('narrows calls and marks to one thread and numbers them anew', () => {
    const calls = [aCall('a', 1), aCall('sub', 2, { thread_id: 'sub' })];
    const items = timelineItems(calls, [aMark('prompt', 0)], 'sub');
    expect(items).toMatchObject([{ kind: 'call', number: 1, call: { id: 'sub' } }]);
  });

  it('gives every row a key of its own', () => {
    const calls = [aCall('a', 1, { tools: [TOOL, TOOL] }), aCall('b', 1, { model: 'x' })];
    const items = timelineItems(calls, [aMark('prompt', 0), aMark('prompt', 0)], undefined);
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
  });
});

describe('compactionText()', () => {
  it.each([
    [182_000, 41_000, 'Compacted: 182k to 41.0k'],
    [182_000, null, 'Compacted from 182k'],
    [null, 41_000, 'Compacted to 41.0k'],
    [null, null, 'Compacted'],
  ])('says %s to %s as "%s"', (before, after, words) => {
    expect(compactionText({ before, after })).toBe(words);
  });
});

describe('kinds of tools', () => {
  it('have one colour for every MCP server and a hatch for what nobody knows', () => {
    expect(kindClass('mcp:linear')).toBe('kind-mcp');
    expect(kindClass('constructor')).toBe('kind-other');
    expect(kindName('mcp:linear')).toBe('MCP, linear');
    expect(kindName('task')).toBe('Sub-agent');
    expect(kindName('toString')).toBe('Other');
  });
});
