/**
 * The catalogue's name patterns: `^` starts with, `$` ends with, `~` contains, `/` regular expression, `&` between what must
 * all hold. It refuses to say which model: that is the lookup's.
 */

export interface Matcher {
  /** Expects a lower-case name. */
  test(name: string): boolean;
  /** What the pattern spells out, without its mark; '' where it cannot be told. */
  readonly text: string;
  /** True where the pattern names whole models (an anchored expression), so that a match is no guess. */
  readonly isWhole: boolean;
}

export function readMatcher(pattern: string): Matcher {
  // A backslash-escaped `&` does not occur; the compiler refuses names that hold one.
  const parts = pattern.split('&').map(readPart);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return { test: (name) => parts.every((part) => part.test(name)), text: '', isWhole: false };
}

function readPart(part: string): Matcher {
  const text = part.slice(1);
  switch (part[0]) {
    case '^':
      return { test: (name) => name.startsWith(text), text, isWhole: false };
    case '$':
      return { test: (name) => name.endsWith(text), text, isWhole: false };
    case '~':
      return { test: (name) => name.includes(text), text, isWhole: false };
    default: {
      const expression = new RegExp(text);
      return {
        test: (name) => expression.test(name),
        text: '',
        isWhole: text.startsWith('^') && text.endsWith('$'),
      };
    }
  }
}
