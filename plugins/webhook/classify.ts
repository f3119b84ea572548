import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWaitMs } from '../shared/answer.ts';

const waitMsDefault = 30_000;
const compareSecrets = '. Compare the signing secret on both sides';
/** Answers after which nothing more is sent until a person has changed something. */
const holdReasons: Readonly<Record<number, string>> = {
  401: compareSecrets,
  403: compareSecrets,
  407: ': a proxy before it asks for a sign-in. Enter an address that is reached without one',
  // Nobody there wants further ones (Standard Webhooks, “Delivery success and failure”).
  410: ': it wants no more messages. Enter a new address',
};

/**
 * Any 2xx is a success; the meaning of other answers follows HTTP alone. Their text is not used: many servers quote the
 * requested path, which here is the secret.
 */
export async function refusalOf(response: Response, nowMs: number): Promise<Refused> {
  await response.body?.cancel();
  return new Refused(fateOfAnswer(response, nowMs));
}

function fateOfAnswer(response: Response, nowMs: number): Fate {
  const { status } = response;
  const reason = `the receiver answered ${status}`;
  if (status === 429) {
    return { state: 'rate-limited', reason, retryAfterMs: askedWaitMs(response, nowMs) || waitMsDefault };
  }
  const hold = holdReasons[status];
  if (hold) return { state: 'authorisation-lost', reason: `${reason}${hold}` };
  // The one says that it has read nothing yet, the other that it does no such thing.
  if (status === 425) return { state: 'not-sent', reason };
  if (status === 501) return { state: 'rejected', reason: `${reason}. Enter the address that takes a POST` };
  if (status >= 500 || status === 408) return { state: 'unknown', reason };
  if (status >= 300 && status < 400) {
    return { state: 'rejected', reason: `${reason}. It redirects: enter the address it leads to` };
  }
  if (status === 404 || status === 421)
    return { state: 'rejected', reason: `${reason}. Enter a new address` };
  if (status === 405) return { state: 'rejected', reason: `${reason}. Enter the address that takes a POST` };
  if (status === 413) return { state: 'rejected', reason: `${reason}. Lower inlineBytesMax` };
  return { state: 'rejected', reason: `${reason}. Its own log says why it doesn’t take the message` };
}
