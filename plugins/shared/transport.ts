import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { type Fields, fieldsOf } from '#core/fields-of.ts';
import { asClause } from '#core/text/sentences.ts';

/** How deep client libraries bury the reason of a failed request. */
const causesMax = 6;

/** No connection was made, so nothing can have reached the target. */
const beforeConnection = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const afterConnection = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/**
 * What a request without a complete answer means, however deep a library has buried the reason; undefined where the
 * error isn't about the transport.
 */
export function fateOfTransport(error: unknown): Fate | undefined {
  for (const cause of causesOf(error)) {
    const fate = fateOfRefusal(cause) ?? fateOfSystem(fieldsOf(cause));
    if (fate) return fate;
  }
  return undefined;
}

/** For what the host itself refused or lost. */
function fateOfRefusal(cause: unknown): Fate | undefined {
  if (cause instanceof Refused) return cause.fate;
  if (isGuildmeshError(cause, 'HTTP_DRY_RUN')) return { state: 'rejected', reason: asClause(cause.message) };
  if (isGuildmeshError(cause, 'HTTP_NOT_REACHED'))
    return { state: 'not-sent', reason: asClause(cause.message) };
  if (isGuildmeshError(cause, 'HTTP_ANSWER_LOST'))
    return { state: 'unknown', reason: asClause(cause.message) };
  return undefined;
}

function fateOfSystem({ code, syscall, name }: Fields): Fate | undefined {
  if (typeof code === 'string' && (beforeConnection.has(code) || syscall === 'connect')) {
    return { state: 'not-sent', reason: `the target could not be reached (${code})` };
  }
  if (typeof code === 'string' && afterConnection.has(code)) {
    return { state: 'unknown', reason: `the connection broke before the answer came (${code})` };
  }
  if (name === 'AbortError' || name === 'TimeoutError') {
    return { state: 'unknown', reason: 'no answer came in time' };
  }
  return undefined;
}

function* causesOf(error: unknown): Generator<object> {
  let cause = error;
  for (let depth = 0; depth < causesMax && typeof cause === 'object' && cause !== null; depth++) {
    yield cause;
    cause = fieldsOf(cause).cause;
  }
}
