/** Builds the dashboard: one page, hashed assets, core from its sources as the tests do. */
import { fileURLToPath } from 'node:url';
import { preact } from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

const core = (path: string) => fileURLToPath(new URL(`../core/src/${path}`, import.meta.url));

/** The page of components, at an address of the development server alone. */
const gallery: Plugin = {
  name: 'gallery',
  apply: 'serve',
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      if (request.url === '/__ui') request.url = '/test/gallery/index.html';
      next();
    });
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [preact({ devToolsEnabled: false, reactAliasesEnabled: false }), gallery],
  resolve: {
    alias: [
      { find: /^@tokenmeter\/core$/, replacement: core('index.ts') },
      { find: /^@tokenmeter\/core\/(.+)$/, replacement: core('$1/index.ts') },
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Both know light-dark(), which keeps each colour of the two schemes in one line of theme.css.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A font or picture inside the CSS would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // Left alone, what pages share ends up in a dozen crumbs that pack badly and count against the first load.
        codeSplitting: {
          groups: [
            { name: 'base', test: /node_modules|packages\/core\/src/, minShareCount: 2 },
            { name: 'shared', test: /packages\/web\/src\/.*\.tsx?$/, minShareCount: 4 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4747' } },
});
