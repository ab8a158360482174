import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from './whole-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-whole-'));
  path = join(folder, 'made.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("writeWhole() writes pieces of any size in their order, for the owner's eyes alone", async () => {
  const pieces = ['one\n', 'x'.repeat(100_000), Buffer.from('two\n')];
  await writeWhole(path, async (write) => {
    for (const piece of pieces) await write(piece);
  });
  expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['made.csv']);
});

test('writeWhole() shows nothing of a new file before it is whole, and keeps the mode and the link of the old one', async () => {
  const link = join(folder, 'link.csv');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  symlinkSync(path, link);
  await writeWhole(link, async (write) => {
    await write('n'.repeat(200_000));
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
  expect(readFileSync(path, 'utf8')).toHaveLength(200_000);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test.each([true, false])('writeWhole() that fails midway leaves no trace (an old file there: %s)', async (isThere) => {
  if (isThere) writeFileSync(path, 'old');
  const work = writeWhole(path, async (write) => {
    await write('n'.repeat(200_000));
    throw new Error('the ledger is gone');
  });
  await expect(work).rejects.toThrow('the ledger is gone');
  expect(readdirSync(folder)).toEqual(isThere ? ['made.csv'] : []);
  if (isThere) expect(readFileSync(path, 'utf8')).toBe('old');
});

test('writeWhole() says which file, why, and what to check', async () => {
  const lost = join(folder, 'none/made.csv');
  await expect(writeWhole(lost, (write) => write('x'))).rejects.toThrow(
    `"${lost}" cannot be written (ENOENT: no such file or directory), check that its folder exists`,
  );
  await expect(writeWhole(folder, (write) => write('x'))).rejects.toThrow(`"${folder}" cannot be written (EISDIR`);
});

test.skipIf(!existsSync('/dev/full'))(
  'writeWhole() writes a device where it is, and tells that it is full',
  async () => {
    await writeWhole('/dev/null', (write) => write('x'));
    await expect(writeWhole('/dev/full', (write) => write('x'))).rejects.toThrow(
      '"/dev/full" cannot be written (ENOSPC: no space left on device)',
    );
  },
);

/** A limit of the shell on the size of files stands for a full disk: both fail in the midst of writing. */
test.skipIf(process.platform === 'win32')('writeWhole() on a disk that fills up keeps the old file', () => {
  writeFileSync(path, 'old');
  const { status, stderr } = spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 100; exec "$0" "$@"', ...program()], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be written (EFBIG') });
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['made.csv']);
});

test.skipIf(process.platform === 'win32')('writeWhole() that is interrupted leaves no trace', async () => {
  const [command = '', ...args] = program('await new Promise((done) => setTimeout(done, 30_000))');
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect(readdirSync(folder)).toEqual([`made.csv.part-${child.pid}`]);
  child.kill('SIGINT');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGINT');
  expect(readdirSync(folder)).toEqual([]);
});

/** A program that writes a megabyte to the file, and then does what is told. */
function program(then = ''): string[] {
  const module = fileURLToPath(new URL('whole-file.ts', import.meta.url));
  const script = `import { writeWhole } from ${JSON.stringify(module)};
    await writeWhole(${JSON.stringify(path)}, async (write) => {
      await write('x'.repeat(1_000_000));
      process.stdout.write('written');
      ${then}
    }).catch((error) => {
      process.stderr.write(error.message);
      process.exitCode = 1;
    });`;
  return [process.execPath, '--input-type=module', '--eval', script];
}
