import { readdir } from 'node:fs/promises';
import { errnoOf } from '#storage/files/errno.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { requirePlainFolder } from '#storage/files/plain-folder.ts';
import { recordErrors } from './errors.ts';

/** The folders in it, without links. Throws RECORD_DISK. */
export async function openedFolder(folder: string): Promise<string[]> {
  try {
    makeFolder(folder, 0o700);
    requirePlainFolder(folder);
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    throw recordErrors.RECORD_DISK({ reason: errnoOf(error) ?? 'unknown' }, { cause: error });
  }
}

/** Turns an error of the file system into RECORD_DISK. */
export function named(error: unknown): unknown {
  const reason = errnoOf(error);
  return reason?.startsWith('E') ? recordErrors.RECORD_DISK({ reason }, { cause: error }) : error;
}
