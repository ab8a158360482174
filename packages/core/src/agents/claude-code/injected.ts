/**
 * What the program put into a prompt by itself: attachments that tell how they were rendered. It refuses to guess at those
 * that only tell what they were made from, and takes sizes alone.
 */
import type { InjectedEvent } from '../../event.ts';
import { type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';

/** Kinds by the attachment's own name; what is not here is a reminder. */
const KINDS: ReadonlyMap<string, InjectedEvent['kind']> = new Map([
  ['deferred_tools_delta', 'tools'],
  ['agent_listing_delta', 'tools'],
  ['mcp_instructions_delta', 'tools'],
  ['skill_listing', 'skill'],
  ['nested_memory', 'memory'],
]);

/** Kind and bytes as spelled; undefined where nothing of it stands in the prompt. */
export function injectedOf(record: Json): Pick<InjectedEvent, 'kind' | 'bytes'> | undefined {
  let bytes = 0;
  for (const part of listOf(record.rendered)) {
    const content = objectOf(part)?.content;
    if (content !== undefined) bytes += spelledBytes(content);
  }
  if (bytes === 0) return undefined;
  return { kind: KINDS.get(textOf(objectOf(record.attachment)?.type)) ?? 'reminder', bytes };
}
