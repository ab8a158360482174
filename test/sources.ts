/**
 * Reads all sources of the workspace and what they import, for the architecture test. A small parser over whole lines
 * (`import ... from`, `export ... from`, `import()`); it refuses to know more of the language than that.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Import {
  /** As written: `./usage.ts`, `node:fs`, `@tokenmeter/core/price`. */
  readonly specifier: string;
  /** Path of the module in this workspace, undefined for anything from outside. */
  readonly path: string | undefined;
  /** Gone at run time: `import type`, `export type`. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when reached. */
  readonly lazy: boolean;
}

export interface Module {
  /** From the root of the workspace, `/` separators. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

export const root = fileURLToPath(new URL('..', import.meta.url));

const FOLDERS = ['packages', 'scripts', 'bench', 'test'];
const SKIPPED = new Set(['node_modules', 'dist', 'fixtures', 'coverage']);
const SOURCE = /\.(ts|tsx|mjs)$/;
const CORE = '@tokenmeter/core';

/** All TypeScript and script files, tests included, sorted by path. */
export function readModules(): Module[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => walk(folder))
    .filter((path) => SOURCE.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const isTest = /\.test\.tsx?$/.test(path) || /^(test|bench|packages\/\w+\/test)\//.test(path);
      return { path, text, lines: text.split('\n').length - 1, isTest, imports: importsOf(path, text) };
    });
}

const STATEMENT = /^\s*(import|export)(\s+type)?\b([^;'"`]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^\s*import\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a file imports, in the order of the three forms. Code in comments does not start a line and is not seen. */
export function importsOf(path: string, text: string): Import[] {
  const at = (specifier: string, typeOnly: boolean, lazy: boolean): Import => ({
    specifier,
    path: resolveImport(path, specifier),
    typeOnly,
    lazy,
  });
  return [
    ...[...text.matchAll(STATEMENT)].map(([, , type, , specifier = '']) => at(specifier, type !== undefined, false)),
    ...[...text.matchAll(BARE)].map(([, specifier = '']) => at(specifier, false, false)),
    ...[...text.matchAll(DYNAMIC)].map(([, specifier = '']) => at(specifier, false, true)),
  ];
}

function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier === CORE) return 'packages/core/src/index.ts';
  if (specifier.startsWith(`${CORE}/`)) return `packages/core/src/${specifier.slice(CORE.length + 1)}/index.ts`;
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier);
}

/**
 * The run-time cycles among modules, each as the paths along it. Imports that are only types, or lazy, make none: they
 * are not there while modules load.
 */
export function runtimeCycles(modules: readonly Module[]): string[][] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const seen = trail.indexOf(path);
    if (seen !== -1) {
      cycles.push([...trail.slice(seen), path]);
      return;
    }
    if (done.has(path)) return;
    for (const { path: next, typeOnly, lazy } of byPath.get(path)?.imports ?? [])
      if (next !== undefined && !typeOnly && !lazy) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of modules) visit(path, []);
  return cycles;
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Whether a path named in a document is there. */
export function isThere(path: string): boolean {
  return existsSync(join(root, path)) || existsSync(join(root, dirname(path), `${posix.basename(path)}.ts`));
}
