/**
 * `config.jsonc` in the data directory, as text: read with its comments skipped, written with its comments kept. It knows
 * no key; a file it cannot parse is told of and never overwritten.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';
import {
  applyEdits,
  findNodeAtLocation,
  modify,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { CONFIG_FILE } from './config-keys.ts';

export interface ConfigText {
  readonly text: string;
  /** What the file sets, by key. Empty where there is no file or it cannot be used. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Why the file cannot be used, with the line where it is broken. */
  readonly fault?: string | undefined;
  /** True where others on the machine may read it. */
  readonly isShared: boolean;
}

/** Reads the file. Never throws: a missing file is an empty one, an unusable one has a `fault`. */
export function readConfigFile(dataDir: string): ConfigText {
  const path = join(dataDir, CONFIG_FILE);
  const nothing = { text: '', values: new Map<string, unknown>(), isShared: false };
  let text: string;
  let isShared: boolean;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    isShared = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
  } catch (error) {
    if (isMissing(error)) return nothing;
    return { ...nothing, fault: `cannot read it: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (text.trim() === '') return { ...nothing, text };
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length;
    return { ...nothing, text, fault: `line ${line} is not JSON with comments (${printParseErrorCode(first.error)})` };
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root))
    return { ...nothing, text, fault: 'line 1 must begin an object, { ... }' };
  return { text, values: new Map(Object.entries(root)), isShared };
}

/**
 * Sets keys (undefined removes one) and keeps everything else of the file as it is, comments too. Whole or not at all:
 * a temporary file with mode 0600 takes the old one's place. Throws `bad-config` where the file is broken.
 */
export async function editConfigFile(dataDir: string, changes: ReadonlyMap<string, unknown>): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { text, fault } = readConfigFile(dataDir);
  if (fault !== undefined)
    throw new TokenmeterError(
      'bad-config',
      `Cannot change "${join(dataDir, CONFIG_FILE)}": ${fault}, mend it by hand first`,
    );
  let next = text.trim() === '' ? '{}\n' : text;
  for (const [key, value] of changes) {
    if (value === undefined) next = without(next, key);
    else {
      const edits = modify(next, [key], value, { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } });
      next = applyEdits(next, edits);
    }
  }
  await replace(realTarget(join(dataDir, CONFIG_FILE)), next);
}

/** The library's own removal takes the comment of the line before along; a comma left behind may trail. */
function without(text: string, key: string): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const property = root && findNodeAtLocation(root, [key])?.parent;
  if (!property) return text;
  const before = text.slice(0, property.offset);
  const after = text.slice(property.offset + property.length).replace(/^[ \t]*,/, '');
  const isAlone = /\n[ \t]*$/.test(before) && /^[ \t]*\r?\n/.test(after);
  return isAlone ? before.replace(/\r?\n[ \t]*$/, '') + after : before + after;
}

/** People keep config files as links into a repository of their own: the link stays, its target is replaced. */
function realTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${CONFIG_FILE}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
