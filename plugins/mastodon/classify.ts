/** What a Mastodon server's answers, and missing answers, mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWait } from '#core/asked-wait.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { saidText } from '#core/text/said-text.ts';
import { asClause } from '#core/text/sentences.ts';
import { answerText, parsedJson } from '../shared/answer.ts';
import { fateOfTransport } from '../shared/transport.ts';

export function classify(error: unknown): Fate {
  if (error instanceof Refused) return error.fate;
  const transport = fateOfTransport(error);
  if (transport) return transport;
  if (isGuildmeshError(error))
    return { state: 'rejected', reason: `${error.message} ${asClause(error.next)}` };
  return { state: 'unknown', reason: 'the connection broke before a whole answer came' };
}

/**
 * The account may not act, whatever the token: `require_user!` says so in these words
 * (app/controllers/api/base_controller.rb of https://github.com/mastodon/mastodon). It also calls an account "disabled"
 * that is suspended or has moved.
 */
const isAboutLogin = /login is (?:currently )?(?:disabled|pending|missing)|suspended|two-factor/i;

/** The token speaks for an application alone (https://docs.joinmastodon.org/methods/accounts/#verify_credentials). */
const isAboutPerson = /requires an authenticated user/i;
/** The account's own rights, not the token's (https://docs.joinmastodon.org/entities/Error/#not-permitted). */
const isAboutRights = /action is not allowed/i;
const newToken =
  'make a new access token with write:statuses, write:media and read, then connect the target again';

/** For an unsuccessful answer. */
export async function refusal(response: Response): Promise<Refused> {
  const said = fieldsOf(parsedJson(await answerText(response, 64 * 1024)));
  const words = typeof said.error === 'string' ? saidText(said.error) : '';
  return new Refused(fateOfAnswer(response, words));
}

function fateOfAnswer(response: Response, words: string): Fate {
  const { status } = response;
  const reason = words === '' ? `the server answered ${status}` : `the server says: ${words}`;
  const next = nextOfLost(status, words);
  if (next !== undefined) return { state: 'authorisation-lost', reason: `${reason}; ${next}` };
  if (status === 429) return { state: 'rate-limited', reason, ...waitOf(response) };
  // Nothing there answers to such a request, so nothing was done.
  if (status === 501 || (status === 404 && words === ''))
    return { state: 'rejected', reason: `${reason}; correct the target’s instance address, or its server` };
  if (status >= 500) return { state: 'unknown', reason };
  if (status >= 300 && status < 400)
    return { state: 'rejected', reason: 'the server has moved: correct the target’s instance address' };
  if (status === 404)
    return { state: 'rejected', reason: `${reason}; what was uploaded is gone there: publish it again` };
  if (status === 413)
    return { state: 'rejected', reason: `${reason}; send a smaller file, or lower the target’s limits` };
  return { state: 'rejected', reason };
}

/** What a person does where the account or its token may not act; undefined where that isn't the reason. */
function nextOfLost(status: number, words: string): string | undefined {
  if (status === 410 || (status === 403 && isAboutLogin.test(words)))
    return 'log in on the server to see why (it is so too once the account was suspended or has moved), settle it there or ask its moderators; then resume the target';
  if (status === 403 && isAboutRights.test(words))
    return 'ask the server’s moderators what the account may do there, then resume the target';
  const isToken = status === 401 || status === 403 || (status === 422 && isAboutPerson.test(words));
  return isToken ? newToken : undefined;
}

/** Mastodon names the end of its window as a date; the later of it and Retry-After counts. */
function waitOf({ status, headers }: Response): { retryAtMs?: number; retryAfterMs?: number } {
  const resetMs = Date.parse(headers.get('x-ratelimit-reset') ?? '');
  const asked = askedWait({ status, header: (name) => headers.get(name) ?? undefined }, {});
  return {
    ...asked,
    ...(Number.isFinite(resetMs) && { retryAtMs: Math.max(resetMs, asked.retryAtMs ?? 0) }),
  };
}
