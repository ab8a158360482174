/**
 * Loads live cases for tests: `packages/core/fixtures/<agent>/live/<case>/` holds `messages.jsonl`, one message a line as
 * the agent said it, and `expected.json`. It uses Node, so only `*.test.ts` files may import it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LiveCase, LiveExpected } from '../src/testing/live-suite.ts';

/** What an `expected.json` of a live case may say beside what the suite compares. */
interface LiveExpectedFile extends LiveExpected, Pick<LiveCase, 'start' | 'end' | 'isRepeatable'> {
  /** What the case shows and where it comes from: recorded of which version, or written by hand from which types. */
  readonly about: string;
  /** The surface whose messages these are. */
  readonly surface: string;
}

const KEYS =
  'about surface start end isRepeatable totals byModel byThread byCaller certainties outcomes reported toolCalls toolResults threads runEnd troubles compactions limits windows activities'.split(
    ' ',
  );
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** All live cases of a surface, sorted by name. Throws where an `expected.json` has unknown keys. */
export function loadLiveCases(agentId: string, surface: string): LiveCase[] {
  const folder = `${fixtures}${agentId}/live/`;
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const file = `${folder}${name}/expected.json`;
      const told = JSON.parse(readFileSync(file, 'utf8')) as LiveExpectedFile; // as -- keys are checked below, values by the suite
      const unknown = Object.keys(told).filter((key) => !KEYS.includes(key));
      if (unknown.length > 0 || !told.totals || !told.about || !told.surface)
        throw new Error(
          `Cannot use "${file}": it needs "about", "surface" and "totals", unknown keys: ${unknown.join(', ') || 'none'}`,
        );
      const { about: _, surface: of, start, end, isRepeatable, ...expected } = told;
      return of === surface
        ? [{ name, messages: loadMessages(agentId, name), start, end, isRepeatable, expected }]
        : [];
    });
}

/** The messages of a live case. */
function loadMessages(agentId: string, name: string): unknown[] {
  const text = readFileSync(`${fixtures}${agentId}/live/${name}/messages.jsonl`, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}
