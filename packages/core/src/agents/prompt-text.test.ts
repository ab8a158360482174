import { describe, expect, test } from 'vitest';
import { lineOf } from '../testing/line.ts';
import type { Agent } from './agent.ts';
import { firstLine } from './first-line.ts';
import { agents } from './index.ts';

const opening = (id: string, record: object) => {
  const agent = agents.find((known) => known.id === id) as Agent; // -- both are in the registry
  return firstLine(agent.promptText?.(lineOf(JSON.stringify(record))) ?? '');
};

test('firstLine() is one line, its spaces one, and at most 120 characters', () => {
  expect(firstLine('\n  \n  Mend   the\tcart  \nand the rest')).toBe('Mend the cart');
  expect(firstLine(' \n ')).toBe('');
  expect([...firstLine('😀'.repeat(400))]).toHaveLength(120);
  expect(firstLine(`${'a'.repeat(200)}\nb`)).toBe(`${'a'.repeat(119)}…`);
});

describe('promptText() of Claude Code', () => {
  const of = (content: unknown) => opening('claude-code', { type: 'user', message: { role: 'user', content } });

  test('is what was typed, not what editors and the program put beside it', () => {
    expect(of('Mend the cart\nplease')).toBe('Mend the cart');
    const editor = { type: 'text', text: '<ide_opened_file>/work/a.ts</ide_opened_file>' };
    expect(of([editor, { type: 'image' }, { type: 'text', text: 'Mend the cart' }])).toBe('Mend the cart');
    expect(of([editor])).toBe('');
    expect(of(undefined)).toBe('');
  });

  test('of a command is the command with its words', () => {
    const tags = '<command-message>review</command-message>\n<command-name>/review</command-name>';
    expect(of(`${tags}\n<command-args>the cart</command-args>`)).toBe('/review the cart');
    expect(of(tags)).toBe('/review');
  });
});

describe('promptText() of Codex', () => {
  const of = (payload: object) => opening('codex', { type: 'event_msg', payload });

  test('is the message, in either kind of record, without the context that editors put before it', () => {
    expect(of({ type: 'user_message', message: 'Mend the cart' })).toBe('Mend the cart');
    const content = [{ type: 'text', text: 'Mend the cart' }];
    expect(of({ type: 'item_completed', item: { type: 'UserMessage', content } })).toBe('Mend the cart');
    const context = '# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\nMend the cart\n';
    expect(of({ type: 'user_message', message: context })).toBe('Mend the cart');
    expect(of({ type: 'token_count' })).toBe('');
  });
});
