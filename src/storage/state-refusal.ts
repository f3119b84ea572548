import { errorText, isGuildmeshError } from '#core/errors.ts';
import { storageErrors } from './errors.ts';
import { errnoOf } from './files/errno.ts';
import { primaryCodeOf, sqliteFull, sqliteReadonly } from './sqlite-errors.ts';

/** Plain words for codes that few people know. */
const noFolder: Readonly<Record<string, string>> = {
  EEXIST: 'a file, or a link that leads nowhere, stands in its place',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'a part of its path is a link that leads back to itself',
  EINVAL: 'its name is none that this disk can hold',
};

/** Throws STORAGE_STATE_* for errors of the file system or SQLite in `run`. */
export function inStateFolder<T>(folder: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw stateRefusal(folder, error);
  }
}

/** Why the state folder can't be used at the start, as an error of ours; a defect stays as it is. */
export function stateRefusal(folder: string, error: unknown): unknown {
  if (isGuildmeshError(error, 'STORAGE_FULL'))
    return storageErrors.STORAGE_STATE_FULL({ folder }, { cause: error });
  if (isGuildmeshError(error)) return error;
  const cause = { cause: error };
  const sqlite = primaryCodeOf(error);
  const code = errnoOf(error);
  if (sqlite === sqliteFull || code === 'ENOSPC' || code === 'EDQUOT')
    return storageErrors.STORAGE_STATE_FULL({ folder }, cause);
  if (sqlite === sqliteReadonly || code === 'EROFS')
    return storageErrors.STORAGE_STATE_READ_ONLY({ folder }, cause);
  const inside = pathOf(error);
  if (code === 'ELOOP' && inside !== undefined && inside !== folder)
    return storageErrors.STORAGE_STATE_LINK({ file: inside }, cause);
  const reason = code === undefined ? undefined : noFolder[code];
  if (reason !== undefined) return storageErrors.STORAGE_STATE_NO_FOLDER({ folder, reason }, cause);
  if (code === undefined && sqlite === undefined) return error;
  const why = sqlite === undefined ? `${code}` : errorText(error);
  return storageErrors.STORAGE_STATE_UNWRITABLE({ folder, reason: why }, cause);
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
