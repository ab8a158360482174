/** The command line's world, for real: this process, its streams, the disk, other programs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Io } from './cli/io.ts';
import { VERSION } from './cli/version.ts';
import { processTerminal } from './process-terminal.ts';
import { writeWhole } from './whole-file.ts';

export function processIo(): Io {
  // A reader that has seen enough (`| head`) closes the pipe: that is a good end, not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    // A full disk behind `>`: one line, as for every other error, not a stack.
    process.stderr.write(`Cannot write the output: ${error.message}\n`);
    process.exit(1);
  });
  return {
    env: process.env,
    platform: process.platform,
    program: [process.execPath, resolve(process.argv[1] ?? '')],
    version: VERSION,
    homeDir: homedir(),
    isInTty: process.stdin.isTTY === true,
    isOutTty: process.stdout.isTTY === true,
    isErrTty: process.stderr.isTTY === true,
    columns: process.stdout.columns,
    terminal: process.stdin.isTTY === true && process.stdout.isTTY === true ? processTerminal() : undefined,
    out: async (data) => {
      if (!process.stdout.write(data)) await once(process.stdout, 'drain');
    },
    err: (text) => {
      process.stderr.write(text);
    },
    stdin: async () => {
      process.stdin.setEncoding('utf8');
      let text = '';
      for await (const chunk of process.stdin) text += chunk;
      return text;
    },
    interrupted: () =>
      new Promise((done) => {
        process.once('SIGINT', () => done());
        process.once('SIGTERM', () => done());
      }),
    readText: async (path) => {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    writeText: async (path, text) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeWhole(path, (write) => write(text));
    },
    remove: async (path) => {
      try {
        await rm(path);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    create: writeWhole,
    run: (command, args) =>
      new Promise((done) => {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk));
        child.stderr.on('data', (chunk: Buffer) => (output += chunk));
        child.once('error', () => done(undefined));
        child.once('close', (code) => done({ isOk: code === 0, output: output.trim() }));
      }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
