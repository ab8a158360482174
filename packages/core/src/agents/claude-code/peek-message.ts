/**
 * What a message within a record says, taken from the bytes: its figures, its tool calls or results, the size of its words.
 * It answers as `record.ts` would, or not at all.
 */

import { type Json, objectOf, textOf } from '../json.ts';
import { COMMAND_BYTES, commandName, isCommandKey, targetOf } from '../target.ts';
import { eachItem, Members, Shape } from './members.ts';
import { isSpawning, type ToolResult, type ToolUse } from './record.ts';
import type { Scan } from './scan.ts';
import { type Told, toldOf } from './usage.ts';
import { UsageLayouts } from './usage-layout.ts';

const BLOCKS = ['tool_use', 'tool_result', 'text', 'thinking', 'redacted_thinking'];
const ROLES = ['assistant', 'user'];
const STOPS = ['tool_use', 'end_turn'];
const QUOTE = 34;
const OPEN_OBJECT = 123;
const PLAIN = ['standard', 'not_available', ''];

/** The ways through each kind of object, learnt from all files: a memory of how records look, not of what they say. */
const SHAPES = {
  message: new Shape(),
  block: new Shape(),
  usage: new Shape(),
  part: new Shape(),
  input: new Shape(),
};

const LAYOUTS = new UsageLayouts();

/** Strings that records repeat: handed back instead of made anew. */
export interface KnownStrings {
  messageId: string;
  model: string;
  /** The last usage object, from bracket to bracket, and what it told. */
  usage: string;
  told: Told | undefined;
}

/** What somebody said: never the words. */
interface Words {
  readonly bytes: number;
  /** The first letter of the text, NaN where there is none. */
  readonly opens: number;
}

export interface Message {
  readonly end: number;
  readonly role: string;
  readonly results: ToolResult[] | undefined;
  readonly words: Words | undefined;
  readonly id: string;
  readonly model: string;
  readonly stopReason: string | null | undefined;
  readonly told: Told | undefined;
  readonly toolUses: ToolUse[];
  readonly textBytes: number;
  readonly reasoningBytes: number;
}

/** What a message says; undefined where it is not as every known version writes it. */
export function readMessage(scan: Scan, at: number, known: KnownStrings): Message | undefined {
  const members = new Members(scan, at, SHAPES.message);
  let role = '';
  let id = '';
  let model = '';
  let stopReason: string | null | undefined;
  let told: Told | undefined;
  let results: ToolResult[] | undefined;
  let words: Words | undefined;
  const toolUses: ToolUse[] = [];
  let textBytes = 0;
  let reasoningBytes = 0;
  while (members.next()) {
    switch (members.key) {
      case 'role':
        role = members.word(ROLES);
        break;
      case 'id':
        id = members.string(known.messageId);
        break;
      case 'model':
        model = members.string(known.model);
        break;
      case 'stop_reason': {
        const code = scan.code(members.value);
        stopReason = code === 34 ? members.word(STOPS) : code === 110 ? null : undefined;
        break;
      }
      case 'usage':
        told = readUsage(scan, members, known);
        break;
      case 'content': {
        if (scan.code(members.value) !== 91) {
          const opens = firstLetter(scan, members);
          if (!Number.isNaN(opens)) words = { bytes: spelled(scan, members), opens };
          break;
        }
        let opens: number | undefined;
        const end = eachItem(scan, members.value, (item) => {
          const block = new Block(scan, item, SHAPES.block);
          if (block.type === 'tool_use') toolUses.push(block.toolUse());
          if (block.type === 'tool_result') {
            results ??= [];
            results.push(block.toolResult());
          } else if (results) return -1;
          if (block.type === 'text') {
            opens ??= block.opens;
            textBytes += block.textBytes;
          } else if (block.type !== 'tool_use') reasoningBytes += block.reasoningBytes;
          return block.end;
        });
        if (end < 0) return undefined;
        members.endsAt(end);
        if (end > scan.skipSpace(members.value + 1) + 1)
          words = { bytes: end - members.value, opens: opens ?? Number.NaN };
        break;
      }
    }
  }
  if (members.end < 0 || model === '<synthetic>') return undefined;
  if (results && role !== 'user') return undefined;
  const { end } = members;
  return { end, role, results, words, id, model, stopReason, told, toolUses, textBytes, reasoningBytes };
}

/** The figures of a usage object; the rest of it is left where it is. */
function readUsage(scan: Scan, at: Members, known: KnownStrings): Told | undefined {
  // The parts of one answer often repeat its figures to the letter.
  if (known.usage !== '' && scan.startsWith(known.usage, at.value)) {
    at.endsAt(at.value + known.usage.length);
    return known.told;
  }
  const read = LAYOUTS.read(scan, at.value);
  if (read) at.endsAt(read.end);
  const figures = read ? undefined : readFigures(scan, at, SHAPES.usage);
  const told = read?.told ?? (figures && toldOf(figures));
  if (!told) return undefined;
  known.usage = scan.latin1(at.value, at.valueEnd());
  known.told = told;
  if (!read) LAYOUTS.learn(known.usage, told);
  return told;
}

function readFigures(scan: Scan, outer: Members, shape: Shape): Json | undefined {
  const members = new Members(scan, outer.value, shape);
  const figures: Record<string, unknown> = {};
  while (members.next()) {
    const { key } = members;
    switch (key) {
      case 'cache_creation':
      case 'output_tokens_details':
      case 'server_tool_use':
        figures[key] = readFigures(scan, members, SHAPES.part);
        break;
      case 'iterations': {
        const end = members.valueEnd();
        if (end > 0 && scan.includes('advisor_message', members.value, end)) figures[key] = members.json();
        break;
      }
      case 'service_tier':
      case 'speed':
      case 'inference_geo':
        figures[key] = members.word(PLAIN);
        break;
      case 'cache_creation_input_tokens':
      case 'cache_read_input_tokens':
      case 'ephemeral_1h_input_tokens':
      case 'ephemeral_5m_input_tokens':
      case 'input_tokens':
      case 'output_tokens':
      case 'thinking_tokens':
      case 'web_search_requests':
        figures[key] = members.number();
        break;
    }
  }
  if (members.end < 0) return undefined;
  outer.endsAt(members.end);
  return figures;
}

/** One block of a message's content. `end` is -1 where it is none. */
class Block {
  readonly end: number;
  type = '';
  /** The first letter of a text, NaN where there is none. */
  opens = Number.NaN;
  readonly #scan: Scan;
  #id = '';
  #name = '';
  #toolUseId = '';
  #isError: boolean | undefined;
  #input = -1;
  #inputEnd = -1;
  #inputBytes = 0;
  #resultBytes: number | undefined;
  textBytes = 0;
  #thinking = 0;
  #signature = 0;
  #cipher = 0;

  constructor(scan: Scan, at: number, shape: Shape) {
    this.#scan = scan;
    const members = new Members(scan, at, shape);
    while (members.next()) {
      switch (members.key) {
        case 'type':
          this.type = members.word(BLOCKS);
          break;
        case 'id':
          this.#id = members.string();
          break;
        case 'name':
          this.#name = members.string();
          break;
        case 'tool_use_id':
          this.#toolUseId = members.string();
          break;
        case 'is_error':
          this.#isError = members.flag();
          break;
        case 'input':
          this.#input = members.value;
          this.#inputBytes = spelled(scan, members);
          this.#inputEnd = members.valueEnd();
          break;
        case 'text':
          this.opens = firstLetter(scan, members);
          this.textBytes = lettersOf(scan, members);
          break;
        case 'thinking':
          this.#thinking = lettersOf(scan, members);
          break;
        case 'signature':
          this.#signature = lettersOf(scan, members);
          break;
        case 'data':
          this.#cipher = lettersOf(scan, members);
          break;
        case 'content':
          this.#resultBytes = spelled(scan, members);
          break;
      }
    }
    this.end = members.end;
  }

  toolUse(): ToolUse {
    const name = this.#name;
    const spawns = isSpawning(name) && this.#inputEnd > 0;
    const input = spawns ? objectOf(this.#scan.json(this.#input, this.#inputEnd)) : undefined;
    return {
      id: this.#id,
      name,
      bytes: this.#inputBytes,
      agentType: textOf(input?.subagent_type),
      target: this.#target(),
    };
  }

  /** Of a command only its beginning is looked at. */
  #target(): string {
    const scan = this.#scan;
    if (this.#inputEnd < 0 || scan.code(this.#input) !== OPEN_OBJECT) return '';
    const members = new Members(scan, this.#input, SHAPES.input);
    if (!members.next() || scan.code(members.value) !== QUOTE) return '';
    if (!isCommandKey(members.key)) return targetOf(members.key, members.string());
    const start = members.value + 1;
    return commandName(scan.latin1(start, Math.min(members.valueEnd() - 1, start + COMMAND_BYTES)));
  }

  get reasoningBytes(): number {
    if (this.type === 'thinking') return this.#thinking || this.#signature;
    return this.type === 'redacted_thinking' ? this.#cipher : 0;
  }

  toolResult(): ToolResult {
    return { id: this.#toolUseId, bytes: this.#resultBytes, isError: this.#isError };
  }
}

/** The first letter of the current value, a string's after its quote. */
function firstLetter(scan: Scan, members: Members): number {
  return scan.code(members.value) === 34 ? scan.code(members.value + 1) : Number.NaN;
}

/** Bytes of the current value where it is a string, else 0. */
function lettersOf(scan: Scan, members: Members): number {
  return scan.code(members.value) === QUOTE ? spelled(scan, members) : 0;
}

/** Bytes of the current value as spelled, the quotes of a string not counted. */
function spelled(scan: Scan, members: Members): number {
  const quotes = scan.code(members.value) === 34 ? 2 : 0;
  return members.valueEnd() - members.value - quotes;
}
