import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests run the sources of core, not its build, so that one edit is seen everywhere at once. */
const core = (path: string) => fileURLToPath(new URL(`./packages/core/src/${path}`, import.meta.url));
const alias = [
  { find: /^@tokenmeter\/core$/, replacement: core('index.ts') },
  { find: /^@tokenmeter\/core\/(.+)$/, replacement: core('$1/index.ts') },
];

/** What is waited for comes at once where it works; the time is for machines that do much else. */
const poll = { timeout: 20_000, interval: 25 };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['packages/{core,app,web}/src/**/*.test.ts', 'test/**/*.test.ts'],
          // Real clients are asked for apart: they install programs of hundreds of megabytes.
          exclude: ['**/*.browser.test.ts', 'test/clients/**'],
          setupFiles: [fileURLToPath(new URL('./test/property-seed.ts', import.meta.url))],
          testTimeout: 60_000,
          expect: { poll },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'browser',
          include: ['packages/web/test/**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll },
          fileParallelism: false,
          // A browser on a machine that does something else now and then shows a state for longer than anybody waits; what is
          // broken is broken the third time too.
          retry: 2,
          // After the unit tests, not beside them: a page that competes for two cores shows states that nobody waits for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
