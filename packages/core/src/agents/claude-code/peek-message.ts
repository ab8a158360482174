/**
 * What a message within a record says, from the places of its values: its figures, its tool calls or results, the size of
 * its words. It answers as `record.ts` would, or not at all.
 */
import { FIRST_KEY, FIRST_VALUE, LIST, NULL, OBJECT, STRING } from '../../tape/layout.ts';
import type { Tape } from '../../tape/tape.ts';
import type { Line } from '../agent.ts';
import { objectOf, textOf } from '../json.ts';
import { COMMAND_BYTES, commandName, isCommandKey, targetOf } from '../target.ts';
import { isSpawning, type ToolResult, type ToolUse } from './record.ts';
import { type Told, tell } from './usage.ts';
import {
  BLOCK_ID,
  BLOCK_TYPE,
  CACHE_READ,
  CACHE_WRITE,
  CIPHER,
  CONTENT,
  FIVE_MINUTES,
  GEO,
  INPUT,
  INPUT_TOKENS,
  IS_ERROR,
  ITERATION,
  MESSAGE_ID,
  MODEL,
  NAME,
  ONE_HOUR,
  OUTPUT_TOKENS,
  RESULT,
  ROLE,
  SERVICE_TIER,
  SIGNATURE,
  SPEED,
  STOP_REASON,
  TEXT,
  THINKING,
  THINKING_TOKENS,
  TOOL_USE_ID,
  USAGE,
  WEB_SEARCHES,
} from './wishes.ts';

/** What somebody said: never the words. */
interface Words {
  readonly bytes: number;
  /** The first letter of the text, NaN where there is none. */
  readonly opens: number;
}

/** A message, filled as its parts come by. */
export class Message {
  role = '';
  id = '';
  model = '';
  stopReason: string | null | undefined;
  told: Told | undefined;
  results: ToolResult[] | undefined;
  words: Words | undefined;
  toolUses: readonly ToolUse[] = NO_TOOLS;
  textBytes = 0;
  reasoningBytes = 0;
}

const NO_TOOLS: readonly ToolUse[] = [];
const NO_ADVICE: Told['advice'] = [];
const QUOTE = 34;

/** What the message at an entry says; undefined where it is not as every known version writes it. */
export function readMessage(tape: Tape, line: Line, entry: number): Message | undefined {
  if (tape.kind(entry) !== OBJECT) return undefined;
  const message = new Message();
  let hasContent = false;
  const end = tape.after(entry);
  for (let part = tape.next(entry); part < end; part = tape.after(part)) {
    switch (tape.node(part)) {
      case ROLE:
        message.role = tape.text(part);
        break;
      case MESSAGE_ID:
        message.id = tape.text(part);
        break;
      case MODEL:
        message.model = tape.text(part);
        break;
      case STOP_REASON:
        message.stopReason = tape.kind(part) === STRING ? tape.text(part) : tape.kind(part) === NULL ? null : undefined;
        break;
      case USAGE:
        message.told = undefined;
        if (tape.kind(part) !== OBJECT) break;
        message.told = readUsage(tape, part);
        if (!message.told) return undefined;
        break;
      case CONTENT:
        // Of a key that comes twice the last one counts, as JSON has it.
        if (hasContent || !readContent(tape, line, part, message)) return undefined;
        hasContent = true;
        break;
    }
  }
  if (message.model === '<synthetic>' || (message.results && message.role !== 'user')) return undefined;
  return message;
}

/** The figures of a usage object; undefined where a second model was asked, of whom more is to be known. */
function readUsage(tape: Tape, entry: number): Told | undefined {
  let input: number | undefined;
  let cacheRead: number | undefined;
  let cacheWrite: number | undefined;
  let fiveMinutes: number | undefined;
  let oneHour: number | undefined;
  let output: number | undefined;
  let thinking: number | undefined;
  let searches: number | undefined;
  let speed = '';
  let tier = '';
  let geo = '';
  const end = tape.after(entry);
  for (let part = tape.next(entry); part < end; part = tape.next(part)) {
    switch (tape.node(part)) {
      case INPUT_TOKENS:
        input = tape.count(part);
        break;
      case CACHE_READ:
        cacheRead = tape.count(part);
        break;
      case CACHE_WRITE:
        cacheWrite = tape.count(part);
        break;
      case FIVE_MINUTES:
        fiveMinutes = tape.count(part);
        break;
      case ONE_HOUR:
        oneHour = tape.count(part);
        break;
      case OUTPUT_TOKENS:
        output = tape.count(part);
        break;
      case THINKING_TOKENS:
        thinking = tape.count(part);
        break;
      case WEB_SEARCHES:
        searches = tape.count(part);
        break;
      case SERVICE_TIER:
        tier = tape.text(part);
        break;
      case SPEED:
        speed = tape.text(part);
        break;
      case GEO:
        geo = tape.text(part);
        break;
      case ITERATION:
        if (tape.text(part) === 'advisor_message') return undefined;
        break;
    }
  }
  const figures = { input, cacheRead, cacheWrite, fiveMinutes, oneHour, output, thinking };
  return tell(figures, { speed, tier, geo }, searches, NO_ADVICE);
}

/** False where the content is not as every known version writes it. */
function readContent(tape: Tape, line: Line, entry: number, message: Message): boolean {
  if (tape.kind(entry) === STRING) {
    message.words = { bytes: tape.bytes(entry), opens: firstLetter(tape, line, entry) };
    return true;
  }
  if (tape.kind(entry) !== LIST) return true;
  let opens: number | undefined;
  const end = tape.after(entry);
  for (let item = tape.next(entry); item < end; item = tape.after(item)) {
    if (tape.kind(item) !== OBJECT) return false;
    const block = readBlock(tape, line, item);
    if (block.type === 'tool_result') {
      message.results ??= [];
      message.results.push({ id: block.toolUseId, bytes: block.resultBytes, isError: block.isError });
    } else if (message.results) return false;
    if (block.type === 'tool_use') message.toolUses = [...message.toolUses, toolUse(tape, line, block)];
    else if (block.type === 'text') {
      opens ??= block.opens;
      message.textBytes += block.textBytes;
    } else if (block.type === 'thinking') message.reasoningBytes += block.thinking || block.signature;
    else if (block.type === 'redacted_thinking') message.reasoningBytes += block.cipher;
  }
  if (end > tape.next(entry)) message.words = { bytes: tape.bytes(entry), opens: opens ?? Number.NaN };
  return true;
}

/** One block of a message's content. Entries are 0 where the block does not tell. */
class Block {
  type = '';
  id = '';
  name = '';
  toolUseId = '';
  isError: boolean | undefined;
  input = 0;
  firstKey = 0;
  firstValue = 0;
  resultBytes: number | undefined;
  /** The first letter of a text, NaN where there is none. */
  opens = Number.NaN;
  textBytes = 0;
  thinking = 0;
  signature = 0;
  cipher = 0;
}

function readBlock(tape: Tape, line: Line, item: number): Block {
  const block = new Block();
  const end = tape.after(item);
  for (let part = tape.next(item); part < end; part = tape.next(part)) {
    switch (tape.node(part)) {
      case BLOCK_TYPE:
        block.type = tape.text(part);
        break;
      case BLOCK_ID:
        block.id = tape.text(part);
        break;
      case NAME:
        block.name = tape.text(part);
        break;
      case TOOL_USE_ID:
        block.toolUseId = tape.text(part);
        break;
      case IS_ERROR:
        block.isError = tape.flag(part);
        break;
      case INPUT:
        if (tape.kind(part) === FIRST_KEY) block.firstKey = part;
        else if (tape.kind(part) === FIRST_VALUE) block.firstValue = part;
        else {
          block.input = part;
          block.firstKey = 0;
          block.firstValue = 0;
        }
        break;
      case TEXT:
        block.opens = firstLetter(tape, line, part);
        block.textBytes = lettersOf(tape, part);
        break;
      case THINKING:
        block.thinking = lettersOf(tape, part);
        break;
      case SIGNATURE:
        block.signature = lettersOf(tape, part);
        break;
      case CIPHER:
        block.cipher = lettersOf(tape, part);
        break;
      case RESULT:
        block.resultBytes = tape.bytes(part);
        break;
    }
  }
  return block;
}

function toolUse(tape: Tape, line: Line, { id, name, input, firstKey, firstValue }: Block): ToolUse {
  const given = input > 0 && isSpawning(name) ? objectOf(tape.value(input)) : undefined;
  return {
    id,
    name,
    bytes: input > 0 ? tape.bytes(input) : 0,
    agentType: textOf(given?.subagent_type),
    target: firstValue > 0 ? targetIn(tape, line, tape.text(firstKey), firstValue) : '',
  };
}

/** Of a command only its beginning is looked at. */
function targetIn(tape: Tape, line: Line, key: string, value: number): string {
  if (!isCommandKey(key)) return targetOf(key, tape.spelled(value));
  const from = tape.from(value);
  return commandName(line.latin1(from, Math.min(tape.to(value), from + COMMAND_BYTES)));
}

/** A string's first letter, its closing quote where it is empty; NaN for everything else. */
function firstLetter(tape: Tape, line: Line, entry: number): number {
  if (tape.kind(entry) !== STRING) return Number.NaN;
  return tape.bytes(entry) === 0 ? QUOTE : line.byte(tape.from(entry));
}

function lettersOf(tape: Tape, entry: number): number {
  return tape.kind(entry) === STRING ? tape.bytes(entry) : 0;
}
