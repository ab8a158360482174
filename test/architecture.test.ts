/** The rules of the house (ARCHITECTURE.md, "Rules"), kept by reading what every source imports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, isThere, type Module, readModules, root, runtimeCycles } from './sources.ts';

const modules = readModules();
const sources = modules.filter((module) => !module.isTest);
const inside = (folder: string, of: readonly Module[] = sources) => of.filter(({ path }) => path.startsWith(folder));

/** `file -> what` for every import of these modules that a rule forbids. */
function offences(of: readonly Module[], forbids: (to: Module['imports'][number], from: Module) => boolean): string[] {
  return of.flatMap((from) =>
    from.imports.filter((to) => forbids(to, from)).map((to) => `${from.path} -> ${to.specifier}`),
  );
}

/** What lets a module touch the machine. `node:path`, `node:url` and the like compute and are free. */
const WORLD =
  /^(node:(fs|fs\/promises|child_process|net|http|http2|https|tls|dgram|os|sqlite|worker_threads|cluster)|chokidar|@hono\/node-server)$/;

/** Files of `server` and `cli` that touch the machine all the same, and why. Unused entries fail. */
const WORLD_EXCEPTIONS: Readonly<Record<string, string>> = {
  'packages/app/src/server/site.ts': 'reads the built pages once, at start',
  'packages/app/src/server/start.ts': 'listens',
};

/** Files that may pass 400 lines, and why. */
const LONG_EXCEPTIONS = [
  // Generated price data: one table, read by nobody.
  /^packages\/core\/src\/price\/generated\//,
];

describe('the workspace', () => {
  it('was read: there are modules to keep rules for, and their imports resolve', () => {
    expect(sources.length).toBeGreaterThan(50);
    const known = new Set(modules.map(({ path }) => path));
    const lost = offences(sources, (to) => to.path !== undefined && /\.(ts|tsx)$/.test(to.path) && !known.has(to.path));
    expect(lost).toEqual([]);
  });

  it('points one way: web to core, app to core, core to nothing', () => {
    expect(offences(inside('packages/core/src/'), (to) => !to.path?.startsWith('packages/core/src/'))).toEqual([]);
    expect(
      offences(
        inside('packages/app/'),
        (to) => to.path !== undefined && !/^packages\/(app\/(src|dist|bin)\/|core\/src\/)/.test(to.path),
      ),
    ).toEqual([]);
    expect(
      offences(
        inside('packages/web/src/'),
        (to) =>
          to.specifier.startsWith('node:') || (to.path !== undefined && !/^packages\/(web|core\/src)\//.test(to.path)),
      ),
    ).toEqual([]);
  });

  it('enters core by its doors only', () => {
    const doors = offences(
      [...inside('packages/app/'), ...inside('packages/web/')],
      (to) => to.path?.startsWith('packages/core/') === true && !to.specifier.startsWith('@tokenmeter/core'),
    );
    expect(doors).toEqual([]);
  });

  it('runs without its tests: no source imports a test, a suite or a fixture', () => {
    const tests = new Set(modules.filter(({ isTest }) => isTest).map(({ path }) => path));
    const shipped = sources.filter(({ path }) => path.startsWith('packages/') && !path.includes('/src/testing/'));
    expect(
      offences(shipped, (to) => to.path !== undefined && (tests.has(to.path) || to.path.includes('/src/testing/'))),
    ).toEqual([]);
  });

  it('has no cycle among modules at run time', () => {
    expect(runtimeCycles(sources).map((cycle) => cycle.join(' -> '))).toEqual([]);
  });
});

describe('core', () => {
  it('keeps each agent to itself', () => {
    const agentOf = (path: string | undefined) => /^packages\/core\/src\/agents\/([^/]+)\//.exec(path ?? '')?.[1];
    const mixed = offences(
      inside('packages/core/src/agents/'),
      (to, from) =>
        agentOf(from.path) !== undefined && agentOf(to.path) !== undefined && agentOf(to.path) !== agentOf(from.path),
    );
    expect(mixed).toEqual([]);
    const outside = sources.filter(({ path }) => !path.startsWith('packages/core/src/agents/'));
    expect(offences(outside, (to) => agentOf(to.path) !== undefined)).toEqual([]);
  });

  it('has no clock and no randomness', () => {
    const impure = inside('packages/core/src/').filter(({ text }) =>
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bcrypto\./.test(withoutComments(text)),
    );
    expect(impure.map(({ path }) => path)).toEqual([]);
  });

  it('has the only formatter of numbers', () => {
    const formatting = sources.filter(
      ({ path, text }) =>
        path.startsWith('packages/') &&
        !path.startsWith('packages/core/src/format/') &&
        /\bIntl\.NumberFormat\b|\.toLocaleString\(/.test(withoutComments(text)),
    );
    expect(formatting.map(({ path }) => path)).toEqual([]);
  });

  it('has the only price lookup: nothing else reads the catalogue', () => {
    const readers = sources.filter(
      ({ path }) => path.startsWith('packages/') && !path.startsWith('packages/core/src/price/'),
    );
    expect(offences(readers, (to) => /price\/(generated|overlay|catalogue)|genai-prices/.test(to.specifier))).toEqual(
      [],
    );
  });
});

describe('app', () => {
  const rooms = [...inside('packages/app/src/server/'), ...inside('packages/app/src/cli/')];

  it('gives the server and the command line ports, not the machine', () => {
    const touching = offences(
      rooms,
      (to, from) => !to.typeOnly && WORLD.test(to.specifier) && !(from.path in WORLD_EXCEPTIONS),
    );
    expect(touching).toEqual([]);
  });

  it('lists no exception that nobody needs', () => {
    const needed = rooms.filter(({ imports }) => imports.some(({ specifier }) => WORLD.test(specifier)));
    expect(Object.keys(WORLD_EXCEPTIONS).filter((path) => !needed.some((module) => module.path === path))).toEqual([]);
  });

  it('keeps the server and the command line out of the stores and the reading', () => {
    const reaching = offences(rooms, (to) => /^packages\/app\/src\/(stores|ingest)\//.test(to.path ?? ''));
    expect(reaching).toEqual([]);
  });

  it('is wired in one place: only the command line and the tests import main.ts, when it is needed', () => {
    const others = offences(
      sources,
      (to, from) =>
        to.path === 'packages/app/src/main.ts' &&
        !to.typeOnly &&
        !(to.lazy && from.path.startsWith('packages/app/src/cli/')),
    );
    expect(others).toEqual([]);
    const stores = sources.filter(({ path }) => !/^packages\/app\/src\/(stores\/|main\.ts)/.test(path));
    expect(offences(stores, (to) => to.path?.startsWith('packages/app/src/stores/') === true && !to.typeOnly)).toEqual(
      [],
    );
  });
});

describe('a file', () => {
  it('has at most 400 lines', () => {
    const long = modules.filter(
      ({ path, lines }) => lines > 400 && !LONG_EXCEPTIONS.some((allowed) => allowed.test(path)),
    );
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('is short as a rule: the median is under 120 lines', () => {
    const lengths = sources.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(120);
  });

  it('is named after its idea, in kebab-case', () => {
    const named = modules.map(({ path }) => ({
      path,
      name: path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, ''),
    }));
    const vague = named.filter(({ name }) => /^(utils?|helpers?|common|misc|shared|lib|types)$/.test(name));
    expect(vague.map(({ path }) => path)).toEqual([]);
    expect(named.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)).map(({ path }) => path)).toEqual([]);
  });

  it('starts by saying what it is for', () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\s*(\/\*\*|\/\/)/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('leaves no loose end', () => {
    const loose = sources.filter(({ text }) => /\b(TODO(?! \[>)|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)/.test(text));
    expect(loose.map(({ path }) => path)).toEqual([]);
  });
});

describe('the map', () => {
  it.each(['ARCHITECTURE.md', 'AGENTS.md'])('%s names only paths that are there', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const named = [
      ...text.matchAll(/`((?:packages|test|scripts|bench|decisions|docs|\.ci)\/[^`\s]*|[A-Z]+\.md)`/g),
    ].map(([, path = '']) => path);
    const paths = named.filter((path) => !/[<>*{]/.test(path));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('importsOf()', () => {
  const read = (text: string) =>
    importsOf('packages/app/src/a.ts', text).map(({ specifier, path, typeOnly, lazy }) => [
      specifier,
      path,
      typeOnly,
      lazy,
    ]);

  it('sees every form of import', () => {
    const text = [
      "import { a,\n  b } from './b.ts';",
      "import type { C } from '@tokenmeter/core';",
      "export { d } from '../../core/src/d.ts';",
      "import 'node:fs';",
      "const main = await import('./main.ts');",
    ].join('\n');
    expect(read(text)).toEqual([
      ['./b.ts', 'packages/app/src/b.ts', false, false],
      ['@tokenmeter/core', 'packages/core/src/index.ts', true, false],
      ['../../core/src/d.ts', 'packages/core/src/d.ts', false, false],
      ['node:fs', undefined, false, false],
      ['./main.ts', 'packages/app/src/main.ts', false, true],
    ]);
  });

  it('does not see imports in comments', () => {
    expect(read(" * import { a } from './a.ts';\n// import b from './b.ts';")).toEqual([]);
  });
});

describe('runtimeCycles()', () => {
  const module = (path: string, text: string): Module => ({
    path,
    text,
    lines: 1,
    isTest: false,
    imports: importsOf(path, text),
  });

  it('finds a cycle, but not one of types', () => {
    const b = module('x/b.ts', "import { c } from './c.ts';");
    const c = module('x/c.ts', "import { a } from './a.ts';");
    expect(runtimeCycles([module('x/a.ts', "import { b } from './b.ts';"), b, c])).toEqual([
      ['x/a.ts', 'x/b.ts', 'x/c.ts', 'x/a.ts'],
    ]);
    expect(runtimeCycles([module('x/a.ts', "import type { b } from './b.ts';"), b, c])).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
