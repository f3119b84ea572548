/** What X's answers, and missing answers, mean for an attempt. */
import type { ApiRequestError, ApiResponseError } from 'twitter-api-v2';
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { saidText } from '#core/text/said-text.ts';
import { asClause } from '#core/text/sentences.ts';
import { fateOfTransport } from '../shared/transport.ts';
import { library } from './library.ts';

/**
 * No key helps an account that may not act. X's messages: code 64 (https://github.com/vladkens/twscrape/issues/117) and
 * code 326 (https://github.com/nminaya/grammar-nazi-bot/issues/75), both 403.
 */
const isAboutAccount = /suspended|\blocked\b|deactivated/i;
const connectAgain = 'connect the target again with fresh keys';

export function classify(error: unknown): Fate {
  if (error instanceof Refused) return error.fate;
  if (error instanceof library().ApiResponseError) return answered(error);
  // No answer came, or its end is missing: the post may be there.
  if (error instanceof library().ApiPartialResponseError)
    return { state: 'unknown', reason: 'X’s answer broke off' };
  const transport = fateOfTransport(error instanceof library().ApiRequestError ? reasonOf(error) : error);
  if (transport) return transport;
  if (isGuildmeshError(error))
    return { state: 'rejected', reason: `${error.message} ${asClause(error.next)}` };
  return { state: 'unknown', reason: 'the connection to X broke before a whole answer came' };
}

/** The library's own getter, `requestError`, reads a property that it never sets (1.29.1). */
function reasonOf(error: ApiRequestError): unknown {
  const { error: reason } = fieldsOf(Reflect.get(error, '_options'));
  return reason ?? error.requestError;
}

/** The client's errors hold the request with its credentials, so they are not passed on. */
export function withoutRequest(error: unknown): Error {
  return isGuildmeshError(error) ? error : new Refused(classify(error));
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof library().ApiResponseError && error.code === 403 && /duplicate/i.test(said(error));
}

export function isUnauthorised(error: unknown): boolean {
  return error instanceof library().ApiResponseError && error.code === 401;
}

export function isRefusedParameter(error: unknown): boolean {
  return (
    error instanceof library().ApiResponseError &&
    error.code === 400 &&
    /fields/i.test(JSON.stringify(error.data ?? ''))
  );
}

function answered(error: ApiResponseError): Fate {
  const words = said(error);
  const reason = words === '' ? `X answered ${error.code}` : `X says: ${words}`;
  if (error.code === 402 || isOutOfCredits(error)) {
    return { state: 'out-of-budget', reason: `${reason}; add credits in the developer console of X` };
  }
  if (error.code === 429) return { state: 'rate-limited', reason, ...resetOf(error) };
  if (error.code === 401) return { state: 'authorisation-lost', reason: `${reason}; ${connectAgain}` };
  if (error.code >= 500) return { state: 'unknown', reason };
  if (error.code === 403 && isAboutAccount.test(words)) {
    const next = 'log in at https://x.com and settle it there, then resume the target';
    return { state: 'authorisation-lost', reason: `${reason}; ${next}` };
  }
  if (
    error.code === 403 &&
    /permission|client-forbidden|unsupported-authentication/i.test(typeAnd(words, error))
  ) {
    return { state: 'authorisation-lost', reason: `${reason}; ${connectAgain} that may write` };
  }
  if (isDuplicate(error)) {
    return { state: 'rejected', reason: `${reason}; X takes no text twice: change it` };
  }
  return { state: 'rejected', reason };
}

/** `usage-capped` also comes as 429, with a reset that is weeks away. */
function isOutOfCredits(error: ApiResponseError): boolean {
  return /usage-capped|credits?\b|spend(ing)?[ -]cap/i.test(typeAnd(said(error), error));
}

function resetOf({ rateLimit, headers }: ApiResponseError): { retryAtMs?: number; retryAfterMs?: number } {
  const used = [rateLimit?.day, rateLimit?.userDay].filter((limit) => limit?.remaining === 0);
  const resets = [rateLimit, ...used]
    .map((limit) => (limit?.reset ?? Number.NaN) * 1_000)
    .filter(Number.isFinite);
  const afterMs = Number(headers['retry-after']) * 1_000;
  return {
    ...(resets.length > 0 && { retryAtMs: Math.max(...resets) }),
    ...(Number.isFinite(afterMs) && { retryAfterMs: afterMs }),
  };
}

/** X answers {title, detail}, {errors: [{message}]} or both. */
function said({ data }: ApiResponseError): string {
  if (typeof data !== 'object' || data === null) return '';
  const listed = (data.errors ?? []).map((each) => ('message' in each ? each.message : each.detail));
  const words = [data.detail, ...listed, data.title].find((each) => typeof each === 'string' && each !== '');
  return saidText(words ?? '');
}

function typeAnd(words: string, { data }: ApiResponseError): string {
  return `${words} ${typeof data === 'object' && data !== null ? `${data.type} ${data.title}` : ''}`;
}
