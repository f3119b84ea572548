import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { HubAnswer } from './classify.ts';

export interface HubClient {
  accessToken: string;
  hubUrl: string;
  fetch: typeof globalThis.fetch;
}

/** Arguments of every call of the library. It doesn't retry, and knows nothing of limits. */
export function connect(context: PublisherContext): HubClient {
  const accessToken = context.credential('token');
  if (!accessToken) {
    const reason = 'Hugging Face’s token is missing: a manager enters it with /publish connect';
    throw new Refused({ state: 'authorisation-lost', reason });
  }
  if (!accessToken.startsWith('hf_')) {
    const reason =
      'Hugging Face’s token must begin with hf_: a manager copies the whole of it into /publish connect';
    throw new Refused({ state: 'authorisation-lost', reason });
  }
  const hubUrl = context.address('hubUrl').replace(/\/+$/, '');
  return { accessToken, hubUrl, fetch: refusingFetch(context.http.fetch) };
}

/** Turns refusals and moves into errors before the library sees them and drops their headers. */
function refusingFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const method = (init?.method ?? 'GET').toUpperCase();
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if ([301, 302, 307, 308].includes(response.status)) {
      const reason = 'The repository has been renamed or moved: set the target’s repo to its new name';
      throw new Refused({ state: 'rejected', reason });
    }
    if (response.status >= 400) throw new HubAnswer(response, method, await response.text());
    return response;
  };
}
