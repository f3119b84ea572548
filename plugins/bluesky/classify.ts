/** What a server's answers, and missing answers, mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWait } from '#core/asked-wait.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { saidText } from '#core/text/said-text.ts';
import { answerText, parsedJson } from '../shared/answer.ts';
import { fateOf } from '../shared/fate.ts';

export const classify: (error: unknown) => Fate = fateOf;

/** Names of errors by which the server refuses a token that was valid before. */
const staleTokens = ['ExpiredToken', 'InvalidToken', 'MissingTokenId'];
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
  const said = fieldsOf(parsedJson(await answerText(response, 64 * 1024)));
  const name = typeof said.error === 'string' ? saidText(said.error, 60) : '';
  const message = typeof said.message === 'string' ? saidText(said.message) : '';
  // The name is for programs; it stands alone only where nothing else was said.
  const words = message || name;
  const reason = words === '' ? `the server answered ${response.status}` : `the server says: ${words}`;
  return new XrpcRefusal(fateOfAnswer(response, reason, name), name);
}

function fateOfAnswer(response: Response, reason: string, name: string): Fate {
  const { status, headers } = response;
  if (status === 429) {
    const head = { status, header: (header: string) => headers.get(header) ?? undefined };
    return { state: 'rate-limited', reason, ...askedWait(head, { resetHeader: 'ratelimit-reset' }) };
  }
  if (name === 'MethodNotImplemented' || name === 'XRPCNotSupported' || status === 501 || status === 404)
    return { state: 'rejected', reason: `${reason}; no account lives there: correct the target’s service` };
  if (status >= 500) return { state: 'unknown', reason };
  if (name === 'AuthFactorTokenRequired') {
    const next = 'the account’s own password asks for a second factor: use an app password';
    return { state: 'authorisation-lost', reason: `${reason}; ${next}` };
  }
  if (/^Account(Takedown|Suspended|Deactivated)$/.test(name))
    return {
      state: 'authorisation-lost',
      reason: `${reason}; the account can’t post now: log in to Bluesky to see why`,
    };
  if (name === 'AccountNotFound') {
    const next = 'the account lives elsewhere: correct the target’s service, or its identifier';
    return { state: 'authorisation-lost', reason: `${reason}; ${next}` };
  }
  if (status === 401 || status === 403 || staleTokens.includes(name) || name === 'AuthMissing')
    return { state: 'authorisation-lost', reason: `${reason}; ${signInAgain}` };
  if (status >= 300 && status < 400)
    return { state: 'rejected', reason: 'the server has moved: correct the target’s service address' };
  return { state: 'rejected', reason: `${reason}${nextOf(status, name)}` };
}

/** What to do about a file that the server doesn't take, or has dropped. */
function nextOf(status: number, name: string): string {
  if (status === 413 || name === 'BlobTooLarge') return '; choose a smaller picture';
  if (status === 415 || name === 'InvalidMimeType') return '; choose a picture of another kind';
  return /^Blob(?!TooLarge)|^InvalidSize$/.test(name)
    ? '; publish it again, which uploads the pictures anew'
    : '';
}
