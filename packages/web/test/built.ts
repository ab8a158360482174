/** Builds the pages once for a test run, unless a build that is newer than every source is there already. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const web = fileURLToPath(new URL('..', import.meta.url));

export async function buildPages(): Promise<void> {
  const sources = ['src', 'index.html', 'vite.config.ts', 'public', '../core/src'].map((path) => newest(web + path));
  const built = `${web}dist/index.html`;
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  // What is shipped, not what a test runner's own environment would make of it.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({ root: web, configFile: `${web}vite.config.ts`, logLevel: 'warn' });
  } finally {
    process.env.NODE_ENV = before;
  }
}

function newest(path: string): number {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(`${path}/${name}`)));
}
