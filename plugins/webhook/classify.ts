import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/transport.ts';
import { answerText, askedWaitMs, saidBy } from '../shared/answer.ts';

const waitMsDefault = 30_000;
const saidBytesMax = 4_096;

/** Any 2xx is a yes; what else an answer means follows HTTP alone. */
export async function refusalOf(response: Response, nowMs: number): Promise<Refused> {
  const said = saidBy(await answerText(response, saidBytesMax));
  return new Refused(fateOfAnswer(response, said, nowMs));
}

function fateOfAnswer(response: Response, said: string, nowMs: number): Fate {
  const { status } = response;
  const reason = `the receiver answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429) {
    return { state: 'rate-limited', reason, retryAfterMs: askedWaitMs(response, nowMs) || waitMsDefault };
  }
  if (status === 401 || status === 403) {
    return { state: 'authorisation-lost', reason: `${reason}. Compare the signing secret on both sides` };
  }
  if (status >= 500 || status === 408) return { state: 'unknown', reason };
  if (status >= 300 && status < 400) {
    return { state: 'rejected', reason: `${reason}. It redirects: enter the address it leads to` };
  }
  if (status === 404 || status === 410)
    return { state: 'rejected', reason: `${reason}. Enter a new address` };
  if (status === 413) return { state: 'rejected', reason: `${reason}. Lower inlineBytesMax` };
  return { state: 'rejected', reason };
}
