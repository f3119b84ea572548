import { errorText } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';
import { storageErrors } from '../errors.ts';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html */
const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
const DISK_FULL = '53100';
const TIMED_OUT = new Set(['57014', '55P03', '25P03']);
const READ_ONLY = '25006';
/** Classes: connection exception, invalid authorisation, too many connections and the like, operator intervention. */
const UNREACHABLE = /^(08|28|3D|53|57P)/;
const NETWORK = /^(E[A-Z]+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT)$/;

/** What an operator can act on becomes an error of ours; a defect (a wrong statement) stays what it is. */
export function translatePostgresError(error: unknown, place: string): unknown {
  const code = codeOf(error);
  const details = { place, reason: reasonOf(error, code) };
  if (code === DISK_FULL) return storageErrors.STORAGE_FULL({ file: place }, { cause: error });
  if (TIMED_OUT.has(code)) return storageErrors.STORAGE_DATABASE_SLOW(details, { cause: error });
  if (code === READ_ONLY || UNREACHABLE.test(code) || NETWORK.test(code) || isBrokenConnection(error))
    return storageErrors.STORAGE_DATABASE_UNREACHABLE(details, { cause: error });
  return error;
}

/** The server broke this transaction off for the sake of another one: the same may be tried again at once. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** Host, port and database: what people may see of the address. */
export function placeOf(url: Secret): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url.reveal());
    return `${searchParams.get('host') ?? hostname}:${port || 5432}${pathname}`;
  } catch {
    return 'the Postgres database';
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The driver reports these without a code. */
function isBrokenConnection(error: unknown): boolean {
  return /connection terminated|timeout exceeded when trying to connect|not queryable/i.test(
    errorText(error),
  );
}

function reasonOf(error: unknown, code: string): string {
  if (NETWORK.test(code)) return code;
  return code ? `${errorText(error)}, SQLSTATE ${code}` : errorText(error);
}
