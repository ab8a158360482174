/**
 * How much of a prompt's list of skills each skill takes, as Claude Code and Codex write such lists: an entry begins with
 * "- name: " at the start of a line and goes on to the next one. It refuses to tell anything of a skill but its name.
 */
import { spelledBytes } from './json.ts';

/** Every named part is walked with every later call: the small ones stay one part without a name. */
const MOST_NAMED = 8;
const ENTRY = /^- ([\w][\w.:@/-]{0,79}): /gm;
/** A heading or a closing tag ends the last one. */
const END = /\n(?=#|<\/)/;

/** Bytes as JSON spells them, by name, of the largest; `isSkill` knows which entries are skills. */
export function skillBytes(listing: string, isSkill: (name: string) => boolean): ReadonlyMap<string, number> {
  const entries = [...listing.matchAll(ENTRY)].filter(([, name = '']) => isSkill(name));
  const sizes = entries.map((entry, index): [string, number] => {
    const text = listing.slice(entry.index, entries[index + 1]?.index);
    return [entry[1] ?? '', spelledBytes(text.split(END)[0])];
  });
  // Of equal ones the first in the alphabet, so that a list in another order names the same.
  const ordered = [...new Map(sizes)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return new Map(ordered.slice(0, MOST_NAMED));
}
