import { errorText } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';
import { storageErrors } from '../errors.ts';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html */
const deadlock = '40P01';
const serializationFailure = '40001';
const diskFull = '53100';
const timedOut = new Set(['57014', '55P03', '25P03']);
const readOnly = '25006';
/** Classes: connection exception, invalid authorisation, too many connections and the like, operator intervention. */
const unreachablePattern = /^(08|28|3D|53|57P)/;
const networkPattern = /^(E[A-Z]+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT)$/;

/** Failures that an operator can act on become errors of ours; a defect (a wrong statement) stays as it is. */
export function translatePostgresError(error: unknown, place: string): unknown {
  const code = codeOf(error);
  const details = { place, reason: reasonOf(error, code) };
  if (code === diskFull) return storageErrors.STORAGE_FULL({ file: place }, { cause: error });
  if (timedOut.has(code)) return storageErrors.STORAGE_DATABASE_SLOW(details, { cause: error });
  if (
    code === readOnly ||
    unreachablePattern.test(code) ||
    networkPattern.test(code) ||
    isBrokenConnection(error)
  )
    return storageErrors.STORAGE_DATABASE_UNREACHABLE(details, { cause: error });
  return error;
}

/** The server aborted this transaction in favour of another one: it may be retried immediately. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return code === deadlock || code === serializationFailure;
}

/** Host, port and database: the part of the address that people may see. */
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
  if (networkPattern.test(code)) return code;
  return code ? `${errorText(error)}, SQLSTATE ${code}` : errorText(error);
}
