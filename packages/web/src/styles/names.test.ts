import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('..', import.meta.url));
const sheets = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));

/** Selectors of a sheet that are a class and nothing else, whatever they stand in. */
function bareClasses(sheet: string): string[] {
  const css = readFileSync(src + sheet, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...css.matchAll(/([^{}]+)\{/g)]
    .flatMap(([, selector = '']) => selector.split(/,(?![^(]*\))/))
    .map((selector) => selector.trim())
    .filter((selector) => /^\.[a-z][\w-]*$/.test(selector));
}

it('a class has its rules in one stylesheet: those of a page stay when another one is opened', () => {
  const homes = new Map<string, Set<string>>();
  for (const sheet of sheets)
    for (const name of bareClasses(sheet)) homes.set(name, (homes.get(name) ?? new Set()).add(sheet));
  expect(homes.size).toBeGreaterThan(300);
  const shared = [...homes].filter(([, { size }]) => size > 1).map(([name, found]) => [name, ...found]);
  expect(shared).toEqual([]);
});
