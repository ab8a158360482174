/**
 * Prints what a command says, within the screen: prose breaks between words. What stands in columns stays, as renderTable
 * has fitted it, and piped output is never folded. Names come from logs: nothing in them moves a cursor.
 */
import type { Io } from './io.ts';
import type { Screen } from './screen.ts';
import { bare, harmless, wrap } from './width.ts';

/** Lines, or a text of several. Ends the last one. */
export async function tell(io: Pick<Io, 'out'>, screen: Screen, said: string | readonly string[]): Promise<void> {
  const lines = (typeof said === 'string' ? [said] : said)
    .flatMap((text) => text.split('\n'))
    .map((line) => harmless(line, screen.hasColor));
  await io.out(`${lines.flatMap((line) => fold(line, screen.width)).join('\n')}\n`);
}

function fold(line: string, width: number): string[] {
  // Two spaces between words are two columns.
  return /\S {2,}\S/.test(bare(line)) ? [line] : wrap(line, width);
}
