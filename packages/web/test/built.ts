/** Builds the pages once for a test run, unless a build that is newer than every source is there already. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const web = fileURLToPath(new URL('..', import.meta.url));

export async function buildPages(): Promise<void> {
  const sources = ['src', 'index.html', 'vite.config.ts', 'public', '../core/src'].map((path) => newest(web + path));
  const built = `${web}dist/index.html`;
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  await build({ root: web, configFile: `${web}vite.config.ts`, logLevel: 'warn' });
}

function newest(path: string): number {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(`${path}/${name}`)));
}
