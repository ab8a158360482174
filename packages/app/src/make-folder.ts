/**
 * Makes a private folder with all above it. Not by the platform's recursive call, which never ends where a file system
 * without new folders answers that the parent is missing.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Folders that are missing get mode 0700. Throws the file system's error where one cannot be made. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been quicker.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
