import { describe, expect, test } from 'vitest';
import { loadCases } from '../../../test/load-cases.ts';
import type { InjectedEvent } from '../../event.ts';
import { lineOf } from '../../testing/line.ts';
import { replay } from '../../testing/replay.ts';
import { codex } from './index.ts';

const SESSION = '019e2099-0000-7000-8000-000000000001';
const START = Date.parse('2026-05-13T09:00:00Z');
const stamp = (seconds: number) => new Date(START + 1000 * seconds).toISOString();
const head = JSON.stringify({ timestamp: stamp(0), type: 'session_meta', payload: { id: SESSION, cwd: '/work' } });

function message(seconds: number, role: string, parts: readonly (readonly [kind: string, text: string])[]): string {
  const content = parts.map(([, text]) => ({ type: 'input_text', text }));
  const told = { turn_id: 't', content_item_kinds: parts.map(([kind]) => kind) };
  const payload = { type: 'message', id: `msg_${seconds}`, role, content };
  const whole = { ...payload, internal_chat_message_metadata_passthrough: told };
  return JSON.stringify({ timestamp: stamp(seconds), type: 'response_item', payload: whole });
}

function injected(lines: readonly string[], state?: unknown): (string | number)[][] {
  const told: InjectedEvent[] = [];
  const source = { agent: 'codex', path: 'x', bornAt: 0 };
  const reader = codex.open({ source, relativePath: 'rollout-x.jsonl', rootOf: (id) => id }, state);
  for (const text of lines) reader.read(lineOf(text), (event) => event.type === 'injected' && told.push(event));
  return told.map(({ kind, name, bytes, at }) => [kind, name, bytes, (at - START) / 1000]);
}

const LISTING = [
  '<skills_instructions>',
  '## Skills',
  '- how: not a skill, an explanation',
  '### Available skills',
  '- imagegen: Makes "images". (file: r0/imagegen/SKILL.md)',
  '- shop:review: Looks. (file: r1/review/SKILL.md)',
  '### How to use skills',
  '- Discovery: read it',
  '</skills_instructions>',
].join('\n');
const spelled = (text: string) => JSON.stringify(text).length - 2;

describe('what Codex put into a prompt', () => {
  test('is told by kind and size as its log says what it is, skills by name', () => {
    const image = spelled('- imagegen: Makes "images". (file: r0/imagegen/SKILL.md)\n');
    const review = spelled('- shop:review: Looks. (file: r1/review/SKILL.md)');
    expect(
      injected([
        head,
        message(1, 'developer', [
          ['host_skills.instructions', LISTING],
          ['permissions.instructions', 'Ask.'],
          ['tools.deferred_namespaces', '<tools></tools>'],
        ]),
        message(2, 'user', [
          ['agents_md.instructions', '# AGENTS.md instructions\nUse tabs.'],
          ['environments.environment_context', '<environment_context/>'],
        ]),
        message(3, 'user', [['user.text', 'Mend the cart']]),
      ]),
    ).toEqual([
      ['skill', '', spelled(LISTING) - image - review, 1],
      ['skill', 'imagegen', image, 1],
      ['skill', 'shop:review', review, 1],
      ['reminder', '', 4, 1],
      ['tools', '', 15, 1],
      ['memory', '', spelled('# AGENTS.md instructions\nUse tabs.'), 2],
      ['reminder', '', 22, 2],
    ]);
  });

  test('for good is told once, though a compaction has it told anew; a chosen skill each time', () => {
    const chosen = '<skill>\n<name>tdd</name>\n<path>/s/tdd/SKILL.md</path>\nTests first.\n</skill>';
    const lines = [
      head,
      message(1, 'developer', [['agents_md.instructions', 'Use tabs.']]),
      message(2, 'user', [['skills.selected_skill_instructions', chosen]]),
      message(3, 'developer', [
        ['agents_md.instructions', 'Use tabs.'],
        ['permissions.instructions', 'Ask.'],
      ]),
      message(4, 'user', [['skills.selected_skill_instructions', chosen]]),
    ];
    expect(injected(lines)).toEqual([
      ['memory', '', 9, 1],
      ['skill', 'tdd', spelled(chosen), 2],
      ['reminder', '', 4, 3],
      ['skill', 'tdd', spelled(chosen), 4],
    ]);
  });

  test('is not told where the log does not say what a message is, nor of what nobody named', () => {
    const plain = JSON.parse(message(1, 'developer', [['x', 'Use tabs.']]));
    delete plain.payload.internal_chat_message_metadata_passthrough;
    const model = message(3, 'developer', [['model.base_instructions', 'You are Codex']]);
    expect(injected([head, JSON.stringify(plain), message(2, 'user', [['unknown', 'words']]), model])).toEqual([]);
  });

  test("in a fork's copy of its parent's history is the parent's", () => {
    const fork = { id: SESSION, forked_from_id: '019e2000-0000-7000-8000-000000000001', timestamp: stamp(0) };
    const forked = JSON.stringify({ timestamp: stamp(0), type: 'session_meta', payload: fork });
    expect(injected([forked, message(0, 'developer', [['agents_md.instructions', 'Use tabs.']])])).toEqual([]);
  });

  test('stands in recorded sessions, of sub-agents too', () => {
    const found = loadCases('codex').find(({ name }) => name === 'exec-subagent');
    const { events } = replay(codex, found?.files ?? []);
    const kinds = new Map<string, Set<string>>();
    for (const event of events)
      if (event.type === 'injected')
        kinds.set(event.threadId, (kinds.get(event.threadId) ?? new Set()).add(event.kind));
    expect([...kinds.values()].map((of) => [...of].sort())).toEqual([
      ['reminder', 'skill', 'tools'],
      ['reminder', 'skill'],
    ]);
  });
});
