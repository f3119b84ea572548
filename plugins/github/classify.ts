import type { Fate } from '#contracts/publisher.ts';
import { askedWait } from '#core/asked-wait.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { saidText } from '#core/text/said-text.ts';
import { fateOfTransport } from '../shared/transport.ts';

/** GitHub's minimum where it names no time. */
const secondaryWaitMs = 60_000;
const answerBytesMax = 64 * 1024;

/** An unexpected answer, in the form of Octokit's own error. */
export class AnswerError extends Error {
  readonly status: number;
  readonly response: { headers: Record<string, string>; data: unknown };
  readonly request: { method: string };

  constructor(status: number, headers: Record<string, string>, data: unknown, method: string) {
    super(`GitHub answered ${status}`);
    this.status = status;
    this.response = { headers, data };
    this.request = { method };
  }

  static async of(response: Response, method: string): Promise<AnswerError> {
    const text = (await response.text()).slice(0, answerBytesMax);
    return new AnswerError(response.status, Object.fromEntries(response.headers), parsed(text), method);
  }
}

export function classify(error: unknown): Fate {
  const answer = answerOf(error);
  if (!answer) {
    const fate = fateOfTransport(error) ?? { state: 'unknown', reason: saidText(error) };
    // A read request has changed nothing.
    return fate.state === 'unknown' && methodOf(error) === 'GET'
      ? { state: 'not-sent', reason: fate.reason }
      : fate;
  }
  const { status } = answer;
  const said = problemText(error);
  const reason = `GitHub answered ${status}: ${saidText(said)}`;
  if (status === 401) {
    return {
      state: 'authorisation-lost',
      reason: `${reason}. The token has expired or was revoked: a manager enters another with /publish connect`,
    };
  }
  if (isLimit(answer, said)) return limited(answer, reason);
  if (status === 403) return forbidden(said, reason);
  if (status >= 500) return { state: methodOf(error) === 'GET' ? 'not-sent' : 'unknown', reason };
  return refused(status, said, reason);
}

/** The branch moved between reading it and moving it: nothing landed. */
export function isRace(error: unknown): boolean {
  const status = statusOf(error);
  const said = problemText(error);
  return (
    (status === 422 && /not a fast.?forward|reference already exists|is at .* but expected/i.test(said)) ||
    (status === 409 && !/empty/i.test(said))
  );
}

export function statusOf(error: unknown): number | undefined {
  return answerOf(error)?.status;
}

/** GitHub's text: `message`, and those of the single errors. */
export function problemText(error: unknown): string {
  const data = answerOf(error)?.data;
  if (typeof data === 'string') return data;
  const { message, errors } = fieldsOf(data);
  const single = Array.isArray(errors) ? errors.map(singleText) : [];
  return [typeof message === 'string' ? message : '', ...single].filter(Boolean).join('; ');
}

/** Both kinds: the quota is used up, or requests came too fast. */
function isLimit({ status, headers }: Answer, said: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    /rate limit|abuse/i.test(said) ||
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0'
  );
}

function limited(answer: { status: number; headers: Record<string, string> }, reason: string): Fate {
  const exhausted = answer.headers['x-ratelimit-remaining'] === '0';
  const head = { status: answer.status, header: (name: string) => answer.headers[name] };
  const wait = askedWait(head, exhausted ? { resetHeader: 'x-ratelimit-reset' } : {});
  const named = wait.retryAfterMs !== undefined || wait.retryAtMs !== undefined;
  return { state: 'rate-limited', reason, ...(named ? wait : { retryAfterMs: secondaryWaitMs }) };
}

function forbidden(said: string, reason: string): Fate {
  if (/archived/i.test(said)) {
    return {
      state: 'rejected',
      reason: `${reason}. The repository is archived: unarchive it, or change the target`,
    };
  }
  if (/access blocked/i.test(said)) {
    const next = 'GitHub has disabled the repository: settle it with GitHub, or change the target';
    return { state: 'rejected', reason: `${reason}. ${next}` };
  }
  return { state: 'authorisation-lost', reason: `${reason}. ${nextOfLost(said)}` };
}

function nextOfLost(said: string): string {
  if (/IP allow list/i.test(said))
    return 'An owner of the organisation adds this hub’s address to the list; then resume the target';
  if (/SAML|SSO/i.test(said))
    return 'Authorise the token for the organisation (“Configure SSO” beside it in GitHub’s settings); then resume the target';
  return 'Give the token or App the permission it names; a manager enters it with /publish connect';
}

function refused(status: number, said: string, reason: string): Fate {
  if (status === 404) {
    const next =
      'The repository is not there, or this account may not write to it: correct the target, or its rights';
    return { state: 'rejected', reason: `${reason}. ${next}` };
  }
  if (status === 409 && /empty/i.test(said)) {
    return { state: 'rejected', reason: `${reason}. Make a first commit in the repository` };
  }
  if (status === 409) return { state: 'not-sent', reason };
  if (status === 413)
    return { state: 'rejected', reason: `${reason}. It is too large: use a release, or archive.org` };
  if (/protected branch|rule violations?|protected ref/i.test(said)) {
    return {
      state: 'rejected',
      reason: `${reason}. The branch is protected: let this account pass, or use a pull request`,
    };
  }
  if (/used by an immutable release/i.test(said)) {
    const next = 'GitHub never lets such a tag be used again: publish under a new tag';
    return { state: 'rejected', reason: `${reason}. ${next}` };
  }
  if (/immutable/i.test(said)) {
    return {
      state: 'rejected',
      reason: `${reason}. Releases of this repository can’t be changed once published`,
    };
  }
  return { state: 'rejected', reason };
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  data: unknown;
}

/** Octokit gives status 500 to requests without an answer: only the answer itself counts. */
function answerOf(error: unknown): Answer | undefined {
  const { status, response } = fieldsOf(error);
  if (typeof status !== 'number' || !response) return undefined;
  const { headers, data } = fieldsOf(response);
  const texts = Object.entries(fieldsOf(headers)).filter(([, value]) => value !== undefined);
  return { status, headers: Object.fromEntries(texts.map(([name, value]) => [name, String(value)])), data };
}

function methodOf(error: unknown): string | undefined {
  const { method } = fieldsOf(fieldsOf(error).request);
  return typeof method === 'string' ? method.toUpperCase() : undefined;
}

function singleText(error: unknown): string {
  if (typeof error === 'string') return error;
  const { resource, field, code, message } = fieldsOf(error);
  return [resource, field, code, message].filter((part) => typeof part === 'string').join(' ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
