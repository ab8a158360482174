/** The first line of a prompt, short enough for a title; only for whoever asked that it be kept. */

const LONGEST = 120;

/** Spaces are one, blank lines passed over. '' where nothing is said. */
export function firstLine(text: string): string {
  const line = /\S[^\r\n]*/.exec(text)?.[0] ?? '';
  const characters = [
    ...line
      .slice(0, 4 * LONGEST)
      .replace(/\s+/g, ' ')
      .trim(),
  ];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
}
