/** What a server's answers, and missing answers, mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWait } from '#core/asked-wait.ts';
import { saidText } from '#core/text/said-text.ts';
import { answerText, parsedJson } from '../shared/answer.ts';
import { fateOf } from '../shared/fate.ts';

export const classify: (error: unknown) => Fate = fateOf;

/** Names of errors by which the server refuses a token that was valid before. */
const staleTokens = ['ExpiredToken', 'InvalidToken'];
const signInAgain = 'make a new app password in Bluesky’s settings and connect the target again';

/** An unsuccessful answer, with the name of its error (https://atproto.com/specs/xrpc). */
export class XrpcRefusal extends Refused {
  readonly errorName: string;

  constructor(fate: Fate, errorName: string) {
    super(fate);
    this.errorName = errorName;
  }

  get isStaleToken(): boolean {
    return staleTokens.includes(this.errorName);
  }
}

export async function refusal(response: Response): Promise<XrpcRefusal> {
  const said = parsedJson(await answerText(response, 64 * 1024)) as
    | { error?: unknown; message?: unknown }
    | undefined;
  const name = typeof said?.error === 'string' ? saidText(said.error, 60) : '';
  const words = [name, typeof said?.message === 'string' ? saidText(said.message) : '']
    .filter(Boolean)
    .join(': ');
  const reason = words === '' ? `the server answered ${response.status}` : `the server says: ${words}`;
  return new XrpcRefusal(fateOfAnswer(response, reason, name), name);
}

function fateOfAnswer(response: Response, reason: string, name: string): Fate {
  const { status, headers } = response;
  if (status === 429) {
    const head = { status, header: (header: string) => headers.get(header) ?? undefined };
    return { state: 'rate-limited', reason, ...askedWait(head, { resetHeader: 'ratelimit-reset' }) };
  }
  if (status >= 500) return { state: 'unknown', reason };
  if (name === 'AuthFactorTokenRequired') {
    const next = 'the account’s own password asks for a second factor: use an app password';
    return { state: 'authorisation-lost', reason: `${reason}; ${next}` };
  }
  if (/^Account(Takedown|Suspended|Deactivated)$/.test(name))
    return { state: 'authorisation-lost', reason: `${reason}; the account can’t post now` };
  if (status === 401 || status === 403 || staleTokens.includes(name) || name === 'AuthMissing')
    return { state: 'authorisation-lost', reason: `${reason}; ${signInAgain}` };
  if (status >= 300 && status < 400)
    return { state: 'rejected', reason: 'the server has moved: correct the target’s service address' };
  return { state: 'rejected', reason };
}
