import type { Fate } from '#contracts/publisher.ts';
import { askedWait } from '#core/asked-wait.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { saidText } from '#core/text/said-text.ts';
import { fateOfTransport } from '../shared/transport.ts';
import { library } from './library.ts';

/** Limits count in windows of five minutes. */
const windowMs = 5 * 60_000;
const answerBytesMax = 64 * 1024;
const aboutDisabled = /access to this resource is disabled/i;

/** A refusal with its headers: the library's own error omits them, and with them the time to wait. */
export class HubAnswer extends Error {
  readonly status: number;
  readonly method: string;
  readonly headers: Headers;
  readonly said: string;
  /** `X-Error-Code`, such as RepoNotFound; empty where it names none. */
  readonly code: string;

  constructor(response: { status: number; headers: Headers }, method: string, text: string) {
    super(`Hugging Face answered ${response.status}`);
    this.status = response.status;
    this.headers = response.headers;
    this.method = method;
    this.code = response.headers.get('x-error-code') ?? '';
    this.said = wordsOf(text.slice(0, answerBytesMax)) || (response.headers.get('x-error-message') ?? '');
  }
}

export function classify(error: unknown): Fate {
  if (error instanceof HubAnswer) return fateOfAnswer(error);
  if (error instanceof library().HubApiError) {
    // The answer for a single file in a batch of uploads: nothing is committed then.
    const answer = { status: error.statusCode, headers: new Headers() };
    return fateOfAnswer(new HubAnswer(answer, 'GET', error.message.replace(/ - Request ID: .*/, '')));
  }
  return fateOfTransport(error) ?? { state: 'unknown', reason: 'no whole answer came' };
}

/** Somebody committed between reading the head and committing onto it: nothing landed. */
export function isRace(error: unknown): boolean {
  return (
    error instanceof HubAnswer && (error.status === 412 || (error.status === 409 && error.method === 'POST'))
  );
}

/** Another request is making something of the same name just now; that it is there isn't said by this. */
export function isUnderWay(error: unknown): boolean {
  return error instanceof HubAnswer && error.status === 409 && /conflicting operation/i.test(error.said);
}

/** Then nobody may read or write it (https://github.com/huggingface/huggingface_hub/pull/1965). */
export function isDisabled(error: unknown): boolean {
  return error instanceof HubAnswer && error.status === 403 && aboutDisabled.test(error.said);
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof HubAnswer ? error.status : undefined;
}

function fateOfAnswer({ status, headers, method, said, code }: HubAnswer): Fate {
  const reason = `Hugging Face answered ${status}${said ? `: ${saidText(said)}` : ''}`;
  // Also with 401, as to those who may not know whether it is there.
  if (code === 'RepoNotFound' || status === 404)
    return { state: 'rejected', reason: `${reason}. ${missingNext(code)}` };
  switch (status) {
    case 401:
      return {
        state: 'authorisation-lost',
        reason: `${reason}. The token has expired or was revoked: a manager enters another with /publish connect`,
      };
    case 403:
      return { state: 'authorisation-lost', reason: `${reason}. ${forbiddenNext(said, code)}` };
    case 402:
      return {
        state: 'out-of-budget',
        reason: `${reason}. Free storage, or change the plan at huggingface.co/settings/billing; then resume the target`,
      };
    case 409:
    case 412:
      return { state: 'not-sent', reason };
    case 413:
      return { state: 'rejected', reason: `${reason}. It is too large: leave files out` };
    case 429:
      return { state: 'rate-limited', reason, ...waitOf(status, headers) };
  }
  if (status >= 500) return { state: method === 'GET' ? 'not-sent' : 'unknown', reason };
  return { state: 'rejected', reason };
}

function missingNext(code: string): string {
  if (code === 'RevisionNotFound') return 'The branch is not there: correct the target’s branch, or make it';
  return 'The repository or branch is not there, or this token may not see it: correct the target, or let it create the repository';
}

function forbiddenNext(said: string, code: string): string {
  if (aboutDisabled.test(said)) return 'Ask the support of Hugging Face, or change the target';
  if (code === 'GatedRepo')
    return 'Its owner decides who gets in: ask for access on its page, then resume the target';
  // https://huggingface.co/docs/hub/enterprise-tokens-management
  if (/approved by the organi[sz]ation/i.test(said))
    return 'Let an owner of the organisation approve the token, then resume the target';
  if (/revoked by the organi[sz]ation/i.test(said))
    return 'Ask an owner of the organisation, then a manager enters another with /publish connect';
  return 'Give the token the right to write there (an organisation may ask for a fine-grained one); a manager enters it with /publish connect';
}

/**
 * `RateLimit: "api";r=0;t=120`: seconds until the window ends; the longer of it and `Retry-After`. It stands in every
 * answer, so while `r` is left another limit was met, and it says nothing about that one.
 */
function waitOf(status: number, headers: Headers): { retryAfterMs?: number; retryAtMs?: number } {
  const limit = headers.get('ratelimit') ?? '';
  const seconds = /\br=0+\b/.test(limit) ? /\bt=(\d+)/.exec(limit)?.[1] : undefined;
  const wait = askedWait(
    { status, header: (name) => headers.get(name) ?? undefined },
    seconds === undefined ? {} : { bodyMs: Number(seconds) * 1000 },
  );
  return wait.retryAfterMs === undefined && wait.retryAtMs === undefined ? { retryAfterMs: windowMs } : wait;
}

/** `{error: "…"}`, sometimes `{error: {message}}`. */
function wordsOf(text: string): string {
  try {
    const { error, message } = fieldsOf(JSON.parse(text));
    if (typeof error === 'string') return error;
    const inner = fieldsOf(error).message ?? message;
    return typeof inner === 'string' ? inner : '';
  } catch {
    return text.startsWith('<') ? '' : text;
  }
}
