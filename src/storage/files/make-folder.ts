import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errnoOf } from './errno.ts';

/**
 * Makes a folder and those above it that are missing, each tried once: Node's own `recursive` never ends where the file
 * system knows no folder and refuses to make one, as in `/proc/x`. Throws the file system's errors, EEXIST where a file
 * or a broken link is in the way.
 */
export function makeFolder(path: string, mode: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at) && !missing.includes(at); at = dirname(at)) missing.push(at);
  for (const at of missing.reverse()) {
    try {
      mkdirSync(at, { mode });
    } catch (error) {
      // Another process was quicker.
      if (errnoOf(error) !== 'EEXIST' || !isFolder(at)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
