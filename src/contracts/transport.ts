import { errorText, isGuildmeshError } from '#core/errors.ts';
import { asClause } from '#core/text/sentences.ts';
import type { Fate } from './publisher.ts';

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

/** Thrown by a publisher that knows what went wrong and what to change. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly fate: Fate;

  constructor(fate: Fate, options?: { cause?: unknown }) {
    super(fate.reason, options);
    this.fate = fate;
  }
}

/**
 * What a request without a complete answer means, however deep a library has buried the reason; undefined where the
 * error isn't about the transport.
 */
export function fateOfTransport(error: unknown): Fate | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof Refused) return cause.fate;
    if (isGuildmeshError(cause, 'HTTP_DRY_RUN'))
      return { state: 'rejected', reason: asClause(cause.message) };
    if (isGuildmeshError(cause, 'HTTP_NOT_REACHED'))
      return { state: 'not-sent', reason: asClause(cause.message) };
    if (isGuildmeshError(cause, 'HTTP_ANSWER_LOST'))
      return { state: 'unknown', reason: asClause(cause.message) };
    const { code, syscall, name } = cause as { code?: unknown; syscall?: unknown; name?: unknown };
    if (typeof code === 'string' && (beforeConnection.has(code) || syscall === 'connect')) {
      return { state: 'not-sent', reason: `the target could not be reached (${code})` };
    }
    if (typeof code === 'string' && afterConnection.has(code)) {
      return { state: 'unknown', reason: `the connection broke before the answer came (${code})` };
    }
    if (name === 'AbortError' || name === 'TimeoutError') {
      return { state: 'unknown', reason: 'no answer came in time' };
    }
  }
  return undefined;
}

export interface AnswerHead {
  status: number;
  header(name: string): string | undefined;
}

/**
 * The wait that the platform asks for, from the standard headers and from its body. The larger of two counts: Discord
 * has answered a header of 1 s with a body of 1,163 s. `resetHeader` holds seconds since 1970.
 */
export function askedWait(
  answer: AnswerHead,
  init: { bodyMs?: number; resetHeader?: string },
): { retryAfterMs?: number; retryAtMs?: number } {
  const header = answer.header('retry-after')?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : undefined;
  const date = seconds === undefined && header ? Date.parse(header) : Number.NaN;
  const reset = Number(init.resetHeader ? (answer.header(init.resetHeader) ?? Number.NaN) : Number.NaN);
  const waits = [seconds === undefined ? undefined : seconds * 1000, init.bodyMs].filter(isFiniteNumber);
  const instants = [date, reset * 1000].filter(isFiniteNumber);
  return {
    ...(waits.length > 0 && { retryAfterMs: Math.ceil(Math.max(0, ...waits)) }),
    ...(instants.length > 0 && { retryAtMs: Math.max(...instants) }),
  };
}

/** One line of what the other side said, short enough for a panel, to stand within a sentence. */
export function saidText(text: unknown, lengthMax = 300): string {
  const line = asClause((typeof text === 'string' ? text : errorText(text)).replace(/\s+/g, ' '));
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}

function isFiniteNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function* causesOf(error: unknown): Generator<object> {
  let cause = error;
  for (let depth = 0; depth < causesMax && typeof cause === 'object' && cause !== null; depth++) {
    yield cause;
    cause = (cause as { cause?: unknown }).cause;
  }
}
