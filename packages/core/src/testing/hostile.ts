/**
 * Lines as nobody should write them, made from lines as agents do: bits flipped, cut, keys doubled, nulls, wrong types,
 * huge numbers, deep nesting. And the marker that finds text which must not leave a reader.
 */
import type { AgentEvent } from '../event.ts';
import type { Random } from './random.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Planted in prompts, answers, arguments and results. No event may carry it. */
export const MARKER = 'marker-of-private-text';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** As JSON text, because some cannot be written otherwise (`1e999` reads as infinity). */
const ODD_VALUES: readonly [string, ...string[]] = [
  'null',
  'true',
  '""',
  '"text"',
  '"12"',
  '"1e999"',
  '-1',
  '0',
  '0.5',
  '-0.0001',
  '1e15',
  '1e21',
  '1e308',
  '1e999',
  '-1e999',
  '9007199254740991',
  '9007199254740993',
  '[]',
  '[null]',
  '[[]]',
  '{}',
  '{"toString":null}',
  '{"length":-1}',
  '{"__proto__":{"input":1}}',
  '"2026-13-45T99:99:99Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"1969-12-31T23:59:59.000Z"',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
];

/** One damaged copy of a line. */
export function mutateLine(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const way = random.int(0, 9);
  if (way === 0) {
    for (let flips = random.int(1, 4); flips > 0; flips--) {
      const at = random.int(0, Math.max(0, copy.length - 1));
      copy[at] = (copy[at] ?? 0) ^ (1 << random.int(0, 7));
    }
    return copy;
  }
  if (way === 1) return copy.subarray(0, random.int(0, copy.length));
  if (way === 2) return copy.subarray(random.int(0, copy.length));
  const value = parse(copy);
  if (value === undefined) return copy.fill(random.int(0, 255));
  if (way === 3) return encoder.encode(doubleKey(value, random));
  if (way === 4) return encoder.encode(nestDeep(value, random));
  if (way === 5) return encoder.encode(random.pick(ODD_VALUES));
  for (let changes = random.int(1, 3); changes > 0; changes--) changeSomewhere(value, random);
  return encoder.encode(JSON.stringify(value));
}

/** The line with the marker in every place that holds words of a person, a model or a tool; itself if it is not JSON. */
export function plantMarker(bytes: Uint8Array, spared: ReadonlySet<string> = NAMES): Uint8Array {
  const value = parse(bytes);
  return value === undefined ? bytes : encoder.encode(JSON.stringify(plant(value, '', spared)));
}

/** A message of a live stream with the marker in the same places; `ownWords` are keys of the program's own words. */
export function plantInMessage(message: unknown, ownWords: readonly string[]): unknown {
  const bytes = encoder.encode(JSON.stringify(message));
  return JSON.parse(decoder.decode(plantMarker(bytes, new Set([...NAMES, ...ownWords]))));
}

/** One damaged copy of a message; what is left of it as text where it is no JSON any more. */
export function mutateMessage(message: unknown, random: Random): unknown {
  const bytes = mutateLine(encoder.encode(JSON.stringify(message)), random);
  return parse(bytes) ?? decoder.decode(bytes);
}

/** Why an event is not one, or undefined: counts are integers >= 0, times are instants, reasoning is within output. */
export function faultOf(event: AgentEvent): string | undefined {
  const fault = numberFault(event, event.type);
  if (fault) return fault;
  const usages = event.type === 'call' ? [event.call.usage] : [];
  if (event.type === 'reported_total') usages.push(...event.byModel.values());
  for (const usage of usages) {
    for (const [bucket, count] of Object.entries(usage)) {
      if (count !== undefined && (!Number.isSafeInteger(count) || count < 0)) return `usage.${bucket} is ${count}`;
    }
    if ((usage.reasoning ?? 0) > usage.output) return `reasoning ${usage.reasoning} is above output ${usage.output}`;
  }
  if (event.type === 'call' && !(Number.isSafeInteger(event.call.webSearches) && event.call.webSearches >= 0))
    return `webSearches is ${event.call.webSearches}`;
  return undefined;
}

const TIMES = new Set(['at', 'processStartedAt', 'resetsAt']);
const COUNTS = new Set(
  'argumentBytes resultBytes bytes before after durationMs windowMinutes contextWindow textBytes reasoningBytes characters estimatedTokens used window attempt delayMs'.split(
    ' ',
  ),
);
const LAST_INSTANT = 8.64e15;

function numberFault(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') {
    const name = path.slice(path.lastIndexOf('.') + 1);
    if (!Number.isFinite(value)) return `${path} is ${value}`;
    if (TIMES.has(name) && (value < 0 || value > LAST_INSTANT)) return `${path} is no instant: ${value}`;
    if ((TIMES.has(name) || COUNTS.has(name)) && !(Number.isSafeInteger(value) && value >= 0))
      return `${path} is ${value}`;
  }
  if (typeof value !== 'object' || value === null || value instanceof Map) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const fault = numberFault(part, `${path}.${key}`);
    if (fault) return fault;
  }
  return undefined;
}

function parse(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(decoder.decode(bytes)) as Json; // as -- whatever JSON.parse returns is Json
  } catch {
    return undefined;
  }
}

/** Every object and list of a value, itself included. */
function holders(value: Json): (Json[] | { [key: string]: Json })[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(holders)];
}

function changeSomewhere(value: Json, random: Random): void {
  const [first, ...rest] = holders(value);
  if (first === undefined) return;
  const holder = random.pick([first, ...rest]);
  if (Array.isArray(holder)) {
    if (random.chance(0.3)) holder.push(oddValue(random));
    else holder[random.int(0, Math.max(0, holder.length - 1))] = oddValue(random);
    return;
  }
  const [key, ...keys] = Object.keys(holder);
  if (key === undefined) return;
  const chosen = random.pick([key, ...keys]);
  if (random.chance(0.15)) delete holder[chosen];
  else holder[chosen] = oddValue(random);
}

function oddValue(random: Random): Json {
  return JSON.parse(random.pick(ODD_VALUES)) as Json; // as -- our own JSON
}

/** JSON text in which one key of the outermost object comes twice with different values. */
function doubleKey(value: Json, random: Random): string {
  const text = JSON.stringify(value);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const [key, ...rest] = keys;
  if (key === undefined || Array.isArray(value)) return `[${text},${text}]`;
  const odd = random.pick(ODD_VALUES);
  return `${text.slice(0, -1)},${JSON.stringify(random.pick([key, ...rest]))}:${odd}}`;
}

function nestDeep(value: Json, random: Random): string {
  const depth = random.int(10, 3000);
  const text = JSON.stringify(value);
  if (random.chance(0.5)) return `${'['.repeat(depth)}${text}${']'.repeat(depth)}`;
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"deep":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
}

/** Keys whose strings are words; of other keys only strings with a space in them are taken for words. */
const WORDS = new Set(
  'content text message prompt delta partial_json aggregatedOutput aggregated_output changes arguments input output stdout stderr thinking command cmd query pattern result description last_agent_message user_instructions instructions encrypted_content originalFile oldString newString old_string new_string patch'.split(
    ' ',
  ),
);
/** Names, titles and places, which events may carry. */
const NAMES = new Set(
  'cwd workdir gitBranch branch title aiTitle customTitle summary thread_name name timestamp repository_url agent_nickname plan_type'.split(
    ' ',
  ),
);

function plant(value: Json, key: string, spared: ReadonlySet<string>): Json {
  if (typeof value === 'string') {
    if (spared.has(key)) return value;
    return WORDS.has(key) || value.includes(' ') ? `${value} ${MARKER}` : value;
  }
  if (Array.isArray(value))
    return value.map((part) => plant(part, key === 'content' || key === 'input' ? '' : key, spared));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plant(part, name, spared)]));
}
