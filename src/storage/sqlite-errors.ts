import { errorText } from '#core/errors.ts';
import { storageErrors } from './errors.ts';

/** Primary result codes, https://sqlite.org/rescode.html; extended codes carry them in their low byte. */
export const sqliteReadonly = 8;
const sqliteIoerr = 10;
const sqliteCorrupt = 11;
export const sqliteFull = 13;
const sqliteCantopen = 14;
const sqliteNotadb = 26;
export const sqliteBusy = 5;

/** Failures that an operator can act on become errors of ours; a defect (a wrong statement) stays as it is. */
export function translateSqliteError(error: unknown, file: string): unknown {
  const reason = errorText(error);
  switch (primaryCodeOf(error)) {
    case sqliteCorrupt:
    case sqliteNotadb:
      return storageErrors.STORAGE_CORRUPT({ file, reason }, { cause: error });
    case sqliteFull:
      return storageErrors.STORAGE_FULL({ file }, { cause: error });
    case sqliteIoerr:
      return storageErrors.STORAGE_IO_FAILED({ file, reason }, { cause: error });
    case sqliteReadonly:
    case sqliteCantopen:
      return storageErrors.STORAGE_STATE_UNWRITABLE({ folder: file, reason }, { cause: error });
    default:
      return error;
  }
}

export function primaryCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
