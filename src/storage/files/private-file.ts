import { chmodSync, closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { errnoOf } from './errno.ts';

const othersMay = 0o077;

/**
 * Makes an empty file that only its owner may open, or removes others' rights from an existing one; for a library that
 * opens it by name afterwards. Throws the file system's errors, and ELOOP for anything but a regular file.
 */
export function makePrivateFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found) keepPrivate(path, found);
  else createPrivate(path);
}

function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    // Another process was quicker.
    const theirs = errnoOf(error) === 'EEXIST' && lstatSync(path, { throwIfNoEntry: false });
    if (!theirs) throw error;
    keepPrivate(path, theirs);
  }
}

/** The file is never opened here: closing any descriptor of a file drops the locks that this process has on it. */
function keepPrivate(path: string, found: { mode: number; isFile(): boolean }): void {
  if (!found.isFile()) throw noRegularFile(path);
  if ((found.mode & othersMay) !== 0) chmodSync(path, 0o600);
}

/** SQLite gives the side files it makes the permissions of the database; those it finds keep theirs. */
export function makePrivateDatabase(path: string): void {
  if (path === ':memory:') return;
  makePrivateFile(path);
  for (const side of [`${path}-wal`, `${path}-shm`])
    if (lstatSync(side, { throwIfNoEntry: false })) makePrivateFile(side);
}

/** Readers see the old content or the new. No link is followed, neither at the name nor at the temporary one. */
export function replacePrivateFile(path: string, text: string, { flush }: { flush: boolean }): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush });
  renameSync(temporary, path);
}

/** The operating system's error for a link that must not be followed. */
export function noRegularFile(path: string): Error {
  return Object.assign(new Error(`${path} is no regular file`), { code: 'ELOOP', path });
}
