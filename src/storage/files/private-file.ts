import { chmodSync, closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { errnoOf } from './errno.ts';

const othersMay = 0o077;

/**
 * Makes an empty file that only its owner may open, or takes that right from others on one that is there; for a library
 * that opens it by name afterwards. Throws what the file system says, and ELOOP for what is no regular file.
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
    // Somebody else was quicker.
    const theirs = errnoOf(error) === 'EEXIST' && lstatSync(path, { throwIfNoEntry: false });
    if (!theirs) throw error;
    keepPrivate(path, theirs);
  }
}

/** Never opened here: closing any descriptor of a file drops the locks that this process has on it. */
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

/** Whoever reads sees the old or the new. No link is followed, neither at the name nor at the one on the way to it. */
export function replacePrivateFile(path: string, text: string, { flush }: { flush: boolean }): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush });
  renameSync(temporary, path);
}

/** As the operating system says it where links are not to be followed. */
export function noRegularFile(path: string): Error {
  return Object.assign(new Error(`${path} is no regular file`), { code: 'ELOOP', path });
}
