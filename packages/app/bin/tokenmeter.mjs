#!/usr/bin/env node
// The way in, plain JavaScript so that npm can link it before a build. It checks Node first, lets the statusline through
// before anything big is loaded, and hands everything else to the command line.
const warn = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  // Node 22 calls its SQLite experimental on every start; we test on it, and the user can do nothing about it.
  if (!String(warning).startsWith('SQLite is an experimental feature')) warn.call(process, warning, ...rest);
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  const line = ['npx -p node@24 -p tokenmeter tokenmeter', ...process.argv.slice(2)].join(' ');
  process.stderr.write(
    `Cannot run on Node ${process.versions.node}, 22.13 or newer is needed. This brings its own:\n${line}\n`,
  );
  process.exitCode = 1;
} else if (process.argv[2] === 'statusline' && !process.argv.includes('--help') && !process.argv.includes('-h')) {
  // An agent draws this line after every message: it must cost next to nothing, and never show an error.
  import('../dist/bundle/statusline.js').then(
    ({ main }) =>
      main(process.argv.slice(3), async (...question) =>
        (await import('../dist/bundle/glance.js')).glanceSqlite(...question),
      ),
    (error) => {
      if (process.argv.includes('--debug')) process.stderr.write(`${error}\n`);
    },
  );
} else {
  import('../dist/bundle/bin.js').then(
    ({ main }) => main(process.argv.slice(2)),
    (error) => {
      const isUnbuilt = error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist');
      process.stderr.write(
        isUnbuilt ? 'Cannot run: this checkout is not built, run npm run build\n' : `${error?.stack ?? error}\n`,
      );
      process.exitCode = 1;
    },
  );
}
