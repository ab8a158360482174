/**
 * What the program put into a prompt by itself: attachments that tell how they were rendered, and the snapshot of a request
 * that tells its tools. It refuses to guess at those that only tell what they were made from, and takes sizes and the names
 * of servers, skills and memory files alone.
 */
import type { InjectedEvent } from '../../event.ts';
import { type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';
import { skillBytes } from '../skill-listing.ts';
import { toolKind } from './tool-kind.ts';

/** Bytes are those of the text as spelled. */
export type Injected = Pick<InjectedEvent, 'kind' | 'bytes'> & { readonly name: string };

/** Kinds by the attachment's own name; what is not here is a reminder. */
const KINDS: ReadonlyMap<string, InjectedEvent['kind']> = new Map([
  ['deferred_tools_delta', 'tools'],
  ['agent_listing_delta', 'tools'],
  ['mcp_instructions_delta', 'tools'],
  ['skill_listing', 'skill'],
  ['nested_memory', 'memory'],
]);

/** Nothing where nothing of it stands in the prompt. What is of several servers is told apart. */
export function injectedOf(record: Json): readonly Injected[] {
  let bytes = 0;
  for (const part of listOf(record.rendered)) {
    const content = objectOf(part)?.content;
    if (content !== undefined) bytes += spelledBytes(content);
  }
  if (bytes === 0) return [];
  const attachment = objectOf(record.attachment) ?? {};
  const type = textOf(attachment.type);
  const kind = KINDS.get(type) ?? 'reminder';
  if (kind === 'memory') return [{ kind, name: fileName(textOf(attachment.path)), bytes }];
  if (kind === 'skill') return partsOf(kind, skills(attachment, record.rendered), bytes);
  const servers = type === 'deferred_tools_delta' ? namedTools(attachment) : instructions(attachment);
  return kind === 'tools' ? partsOf(kind, servers, bytes) : [{ kind, name: '', bytes }];
}

/** Definitions of tools that a request was sent with, by server; the program's own have no name. */
export function toolsOf(record: Json): readonly Injected[] {
  const servers = new Map<string, number>();
  let bytes = 0;
  for (const tool of listOf(objectOf(record.attachment)?.tools)) {
    const told = objectOf(tool);
    const schema = objectOf(told?.schema);
    // One whose definition is only sent once somebody searches for it.
    if (!told || !schema || schema.defer_loading === true) continue;
    const size = spelledBytes(schema);
    bytes += size;
    add(servers, textOf(told.server) || serverOf(textOf(told.name)), size);
  }
  return bytes === 0 ? [] : partsOf('tools', servers, bytes);
}

/** As JSON spells it. */
const LINE_BREAK = 2;

/** Names of tools whose definitions come later, a line each. */
function namedTools(attachment: Json): ReadonlyMap<string, number> {
  const servers = new Map<string, number>();
  for (const line of listOf(attachment.addedLines))
    add(servers, serverOf(textOf(line)), spelledBytes(line) + LINE_BREAK);
  return servers;
}

/** What servers say of themselves, a block each. */
function instructions(attachment: Json): ReadonlyMap<string, number> {
  const servers = new Map<string, number>();
  const names = listOf(attachment.addedNames);
  for (const [index, block] of listOf(attachment.addedBlocks).entries())
    add(servers, textOf(names[index]), spelledBytes(block));
  return servers;
}

/** Skills by name: the attachment says which there are, the prompt how long their entries are. */
function skills(attachment: Json, rendered: unknown): ReadonlyMap<string, number> {
  const names = new Set(listOf(attachment.names));
  const texts = listOf(rendered).map((part) => textOf(objectOf(part)?.content));
  return skillBytes(texts.join('\n'), (name) => names.has(name));
}

/** Parts by name, and the rest without one. A part that would not fit is no part. */
function partsOf(kind: InjectedEvent['kind'], named: ReadonlyMap<string, number>, bytes: number): readonly Injected[] {
  const parts: Injected[] = [];
  let rest = bytes;
  for (const [name, size] of named) {
    if (name === '' || size > rest) continue;
    parts.push({ kind, name, bytes: size });
    rest -= size;
  }
  return rest > 0 ? [{ kind, name: '', bytes: rest }, ...parts] : parts;
}

function add(servers: Map<string, number>, name: string, bytes: number): void {
  servers.set(name, (servers.get(name) ?? 0) + bytes);
}

function serverOf(tool: string): string {
  const kind = toolKind(tool);
  return kind.startsWith('mcp:') ? kind.slice(4) : '';
}

function fileName(path: string): string {
  return path.slice(path.search(/[^/\\]*$/));
}
