/**
 * What Codex itself put into a prompt: newer versions say of each part of a message what it is (`content_item_kinds`). It
 * refuses to guess at messages of versions that do not, and takes sizes and the names of skills alone.
 */
import type { InjectedEvent } from '../../event.ts';
import type { Line } from '../agent.ts';
import { listOf, objectOf, spelledBytes, textOf } from '../json.ts';
import { skillBytes } from '../skill-listing.ts';
import type { Told } from './told.ts';

/** Bytes are those of the text as spelled. */
export interface Injected {
  /** As Codex calls it. */
  readonly of: string;
  readonly kind: InjectedEvent['kind'];
  readonly name: string;
  readonly bytes: number;
}

/** By the beginning of Codex's own word. What is not here is a reminder. */
const KINDS: readonly (readonly [string, InjectedEvent['kind'] | undefined])[] = [
  ['host_skills.', 'skill'],
  ['skills.', 'skill'],
  ['agents_md.', 'memory'],
  ['memories.', 'memory'],
  ['tools.', 'tools'],
  // What a person wrote is a prompt, the model's own instructions are its system prompt, and the rest nobody named.
  ['user.', undefined],
  ['model.', undefined],
  ['unknown', undefined],
];
/** The one of them that comes when it is asked for, and each time anew. */
const CHOSEN_SKILL = 'skills.selected_skill_instructions';
const TOLD = '"content_item_kinds":[';
const ONLY_A_PROMPT = `${TOLD}"user.text"]`;

/** Told of a message of which nobody answered; `end` is where its content ends. Undefined: not whole. */
export function readInjected(line: Line, end: number): Told | 'nothing' | undefined {
  const at = line.find(TOLD, end);
  if (at < 0 || line.latin1(at, at + ONLY_A_PROMPT.length) === ONLY_A_PROMPT) return 'nothing';
  let payload: unknown;
  try {
    payload = objectOf(line.json())?.payload;
  } catch {
    return undefined;
  }
  const { id, content, internal_chat_message_metadata_passthrough: told } = objectOf(payload) ?? {};
  const kinds = listOf(objectOf(told)?.content_item_kinds);
  const parts = listOf(content).flatMap((part, index) => partsOf(textOf(kinds[index]), textOf(objectOf(part)?.text)));
  return parts.length === 0 ? 'nothing' : { is: 'injected', id: textOf(id), parts };
}

/** Whether what is told again stands already: what is fixed outlives a compaction, after which Codex tells it anew. */
export function standsOnce({ of, kind }: Injected): boolean {
  return kind !== 'reminder' && of !== CHOSEN_SKILL;
}

function partsOf(of: string, text: string): Injected[] {
  const [, kind] = of === '' ? ['', undefined] : (KINDS.find(([start]) => of.startsWith(start)) ?? ['', 'reminder']);
  const bytes = spelledBytes(text);
  if (kind === undefined || bytes === 0) return [];
  const named: ReadonlyMap<string, number> = kind === 'skill' ? skillsIn(of, text, bytes) : new Map();
  const parts = [...named].map(([name, size]) => ({ of, kind, name, bytes: size }));
  const rest = parts.reduce((left, part) => left - part.bytes, bytes);
  return rest > 0 ? [{ of, kind, name: '', bytes: rest }, ...parts] : parts;
}

const HEADING = '### Available skills';

function skillsIn(of: string, text: string, bytes: number): ReadonlyMap<string, number> {
  if (of === CHOSEN_SKILL) {
    const name = /^<skill>\s*<name>([\w.:@/-]{1,80})<\/name>/.exec(text)?.[1];
    return name === undefined ? new Map() : new Map([[name, bytes]]);
  }
  const start = text.indexOf(HEADING);
  if (start < 0) return new Map();
  const end = text.indexOf('\n#', start);
  return skillBytes(text.slice(start, end < 0 ? undefined : end), () => true);
}
