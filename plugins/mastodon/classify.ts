/** What a Mastodon server's answers, and missing answers, mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWait } from '#core/asked-wait.ts';
import { isGuildmeshError } from '#core/errors.ts';
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

/** For an unsuccessful answer. */
export async function refusal(response: Response): Promise<Refused> {
  const { status } = response;
  const said = parsedJson(await answerText(response, 64 * 1024)) as { error?: unknown } | undefined;
  const words = typeof said?.error === 'string' ? saidText(said.error) : '';
  const reason = words === '' ? `the server answered ${status}` : `the server says: ${words}`;
  if (status === 403 && isAboutLogin.test(words)) {
    const next =
      'log in on the server to see why (it is so too once the account was suspended or has moved), settle it there or ask its moderators; then resume the target';
    return new Refused({ state: 'authorisation-lost', reason: `${reason}; ${next}` });
  }
  if (status === 401 || status === 403) {
    const next =
      'make a new access token with write:statuses, write:media and read, then connect the target again';
    return new Refused({ state: 'authorisation-lost', reason: `${reason}; ${next}` });
  }
  if (status === 429) return new Refused({ state: 'rate-limited', reason, ...waitOf(response) });
  if (status >= 500) return new Refused({ state: 'unknown', reason });
  if (status >= 300 && status < 400) {
    return new Refused({
      state: 'rejected',
      reason: 'the server has moved: correct the target’s instance address',
    });
  }
  return new Refused({ state: 'rejected', reason });
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
