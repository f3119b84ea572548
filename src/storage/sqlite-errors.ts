import { errorText } from '#core/errors.ts';
import { storageErrors } from './errors.ts';

/** Primary result codes, https://sqlite.org/rescode.html; extended codes carry them in their low byte. */
export const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
export const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
export const SQLITE_BUSY = 5;

/** What an operator can act on becomes an error of ours; a defect (a wrong statement) stays what it is. */
export function translateSqliteError(error: unknown, file: string): unknown {
  const reason = errorText(error);
  switch (primaryCodeOf(error)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return storageErrors.STORAGE_CORRUPT({ file, reason }, { cause: error });
    case SQLITE_FULL:
      return storageErrors.STORAGE_FULL({ file }, { cause: error });
    case SQLITE_IOERR:
      return storageErrors.STORAGE_IO_FAILED({ file, reason }, { cause: error });
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return storageErrors.STORAGE_STATE_UNWRITABLE({ folder: file, reason }, { cause: error });
    default:
      return error;
  }
}

export function primaryCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
