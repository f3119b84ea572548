import { accessSync, chmodSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageErrors } from './errors.ts';
import { makeFolder } from './files/make-folder.ts';
import { makePrivateFile, replacePrivateFile } from './files/private-file.ts';
import { primaryCodeOf, sqliteBusy } from './sqlite-errors.ts';
import { inStateFolder, stateRefusal } from './state-refusal.ts';

/** A state folder that only this process owns. */
export interface StateFolder {
  path: string;
  /** Idempotent. The kernel releases it when the process ends in any way. */
  release(): void;
}

/**
 * Makes the folder (0700) if needed and takes it for this process.
 * Throws STORAGE_STATE_*; STORAGE_STATE_IN_USE names the process that has it.
 */
export function claimStateFolder(path: string): StateFolder {
  makeStateFolder(path);
  const lock = lockFolder(path);
  return { path, release: () => lock.isOpen && lock.close() };
}

/** Throws STORAGE_STATE_*. */
export function makeStateFolder(path: string): void {
  inStateFolder(path, () => {
    makeFolder(path, 0o700);
    chmodSync(path, 0o700);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  });
}

/**
 * An exclusive SQLite transaction on a file of its own, left open for the life of the process: a record lock that the
 * kernel releases even after SIGKILL and that child processes don't inherit. A second file holds the owner's pid, since
 * closing any other descriptor of a locked file would drop its locks.
 */
function lockFolder(path: string): DatabaseSync {
  const pidFile = join(path, 'hub.pid');
  let lock: DatabaseSync | undefined;
  try {
    const file = join(path, 'hub.lock');
    makePrivateFile(file);
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('begin exclusive');
    replacePrivateFile(pidFile, `${process.pid}\n`, { flush: false });
    return lock;
  } catch (error) {
    lock?.close();
    if (primaryCodeOf(error) === sqliteBusy)
      throw storageErrors.STORAGE_STATE_IN_USE({ folder: path, pid: readPid(pidFile) });
    throw stateRefusal(path, error);
  }
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // The owner has the lock but hasn't written its number yet.
    return undefined;
  }
}
