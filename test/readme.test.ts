/** The README says what is so: its table of settings is the product's own, and what it links to is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../packages/app/src/cli/verbs.ts';
import { CONFIG_KEYS } from '../packages/app/src/config-keys.ts';
import { root } from './sources.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('has the table of settings as the code has it', () => {
    const rows = CONFIG_KEYS.map(
      ({ name, meaning, allowed, default: fallback }) => `| \`${name}\` | ${meaning} | ${allowed} | ${fallback} |`,
    );
    expect(readme).toContain(
      ['| key | what it is | allowed | default |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    );
  });

  it('names only commands that there are', () => {
    const verbs = new Set(VERBS.map(({ name }) => name));
    const named = [...readme.matchAll(/\btokenmeter ([a-z]+)\b/g)].map(([, verb = '']) => verb);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((verb) => !verbs.has(verb))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
