// Packs core and app, installs both in an empty folder and runs what a user would get. It looks inside too: no tests, no
// fixtures, no build leftovers, no paths of this machine, and a size that was meant.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-artefact-'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const MIB = 1 << 20;
/** Unpacked bytes of each package: more than this has to be meant, and then changed here. */
const LIMITS = { '@tokenmeter/core': 3 * MIB, tokenmeter: 6 * MIB };
const faults = [];

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8', ...options });
  return { code: result.status, stdout: result.stdout ?? '', stderr: `${result.stderr ?? ''}${result.error ?? ''}` };
}

function must(what, isTrue, detail = '') {
  if (!isTrue) faults.push(`${what}${detail && `: ${detail}`}`);
}

function filesBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const below = join(path, entry.name);
    return entry.isDirectory() ? filesBelow(below) : [below];
  });
}

function pack(name) {
  const { code, stdout, stderr } = run(npm, ['pack', '--json', '--pack-destination', folder, '--workspace', name], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`Cannot pack "${name}": ${stderr}`);
  const answer = JSON.parse(stdout);
  const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
  return join(folder, packed.filename);
}

function lookInside(name) {
  const path = join(folder, 'node_modules', name);
  const files = filesBelow(path);
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  must(`${name} is at most ${LIMITS[name]} bytes`, size <= LIMITS[name], `it is ${size}`);
  must(`${name} holds more than its package.json`, files.length > 10, `${files.length} files`);
  for (const file of files) {
    const inside = relative(path, file);
    must(`${name} ships no test or fixture`, !/\.test\.|(^|\/)(fixtures|test|bench)\//.test(inside), inside);
    must(`${name} ships no build leftover`, !/\.tsbuildinfo$|(^|\/)\.built$/.test(inside), inside);
    must(`${name} ships no source`, !/\.tsx?$/.test(inside) || inside.endsWith('.d.ts'), inside);
    if (/\.(js|mjs|ts|json|map|html|css)$/.test(inside))
      must(`${name} names no path of this machine`, !readFileSync(file, 'utf8').includes(root), inside);
  }
  for (const needed of ['LICENSE', 'package.json']) must(`${name} has its ${needed}`, existsSync(join(path, needed)));
  return { files: files.length, size };
}

try {
  const tarballs = [pack('@tokenmeter/core'), pack('tokenmeter')];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const install = run(npm, ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs]);
  if (install.code !== 0) throw new Error(`Cannot install the packed packages: ${install.stderr}`);

  const { version } = JSON.parse(readFileSync(join(root, 'packages/app/package.json'), 'utf8'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = { ...process.env, TOKENMETER_HOME: '', NO_COLOR: '1' };
  const tokenmeter = (...args) =>
    run(process.execPath, [join(folder, 'node_modules/tokenmeter/bin/tokenmeter.mjs'), ...args], { env });

  const said = tokenmeter('--version');
  must('tokenmeter --version says the version', said.stdout.trim() === version, `${said.stdout}${said.stderr}`);
  const usage = tokenmeter('usage', '--home', home, '--data', join(folder, 'data'), '--json');
  must('tokenmeter usage of an empty home ends with 4', usage.code === 4, `${usage.code}: ${usage.stderr}`);
  let document;
  try {
    document = JSON.parse(usage.stdout);
  } catch {
    document = {};
  }
  must('it prints a document all the same', document.schema === 'tokenmeter.usage/1', usage.stdout.slice(0, 200));
  must('the document says that nothing was used', document.totals?.calls === 0 && document.rows?.length === 0);
  must('nothing was written into the home', readdirSync(home).length === 0, readdirSync(home).join(', '));
  const core = run(process.execPath, [
    '--input-type=module',
    '--eval',
    "const doors = ['', '/agents', '/price', '/format', '/testing'];" +
      "for (const door of doors) if (Object.keys(await import('@tokenmeter/core' + door)).length === 0) throw new Error(door);",
  ]);
  must('every door of @tokenmeter/core opens', core.code === 0, core.stderr);
  must('the dashboard is inside', existsSync(join(folder, 'node_modules/tokenmeter/dist/web/index.html')));
  for (const name of Object.keys(LIMITS)) {
    const { files, size } = lookInside(name);
    console.log(`${name}: ${files} files, ${(size / MIB).toFixed(2)} MiB unpacked`);
  }
} catch (error) {
  faults.push(error.message);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const fault of faults.slice(0, 20)) console.error(`artefact: ${fault}`);
console.log(faults.length === 0 ? 'artefact checked' : `artefact has ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
