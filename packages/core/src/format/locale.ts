/**
 * Locales and the formatters built for them. Building an Intl formatter costs more than a hundred uses of it, so each is
 * built once. A locale that Intl refuses falls back to English: a bad setting must not blank a page.
 */

/** The locale to use: the given one where Intl knows it, else `en-US`. */
export function localeOf(locale: string | undefined): string {
  if (locale === undefined || locale === '' || locale === 'system' || locale === 'en-US') return 'en-US';
  return known(locale);
}

const known = once((locale) => {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
});

/** Remembers what `make` made of each list of words. For formatters: few, and the same for the life of a program. */
export function once<A extends string[], T>(make: (...words: A) => T): (...words: A) => T {
  const made = new Map<string, T>();
  return (...words) => {
    const key = words.join('\0');
    const found = made.get(key);
    if (found !== undefined) return found;
    const fresh = make(...words);
    made.set(key, fresh);
    return fresh;
  };
}
