/** The tests with real clients, apart from all others: they install programs of hundreds of megabytes. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const core = fileURLToPath(new URL('../../packages/core/src/index.ts', import.meta.url));

export default defineConfig({
  resolve: { alias: [{ find: /^@tokenmeter\/core$/, replacement: core }] },
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.clients.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
