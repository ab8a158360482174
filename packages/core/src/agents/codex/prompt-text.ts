/** What a person asked, in a record that told of a prompt; see `Agent.promptText`. */
import type { Line } from '../agent.ts';
import { text } from './meta.ts';
import { record } from './tokens.ts';

/** Editors put their context before what was asked (codex-rs/protocol, USER_MESSAGE_BEGIN). */
const ASKED = '## My request for Codex:';

export function promptText(line: Line): string {
  const payload = record(record(line.json()).payload);
  const content = record(payload.item).content;
  const parts = Array.isArray(content) ? content : [];
  const told = text(payload.message) || parts.map((part) => text(record(part).text)).join('\n');
  const asked = told.indexOf(ASKED);
  return asked < 0 ? told : told.slice(asked + ASKED.length);
}
