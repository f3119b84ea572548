import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PublisherContext, TokenPair } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { required } from '../shared/required-credential.ts';
import { classify, withoutRequest } from './classify.ts';
import { library } from './library.ts';

/** Renewed this long before its end, so that it doesn't end during a request. */
const earlyMs = 5 * 60_000;
const lifeMsIfUnsaid = 2 * 3_600_000;

/**
 * A pair whose access token is valid. X makes a new refresh token at each use of one: of all attempts that find the
 * pair expired one renews it and the others get its result. `refused` is a token that X has just refused.
 */
export async function freshPair(context: PublisherContext, refused?: string): Promise<TokenPair> {
  const given = required(context, 'refreshToken');
  const grant = grantOf(given);
  function isGood(pair: TokenPair): boolean {
    const counts = pair.grant === grant && pair.accessToken !== refused;
    return counts && pair.expiresAtMs - earlyMs > context.nowMs();
  }

  const current = await context.tokens.current();
  if (current && isGood(current)) return current;
  const pair = await context.tokens.refresh(async (newest) => {
    if (newest && isGood(newest)) return newest;
    return renew(context, newest?.grant === grant ? newest.refreshToken : given, grant);
  });
  if (pair.accessToken === '')
    throw new Refused({ state: 'not-sent', reason: 'X answered without an access token' });
  return pair;
}

/** Like `freshPair`, with known scopes: a pair that was stored without them is renewed, so that X gives them. */
export async function pairWithScopes(context: PublisherContext): Promise<TokenPair> {
  const pair = await freshPair(context);
  return pair.scopes ? pair : freshPair(context, pair.accessToken);
}

/** For a grant that was given just now. */
export function firstPair(
  context: Pick<PublisherContext, 'nowMs'>,
  given: {
    accessToken: string;
    refreshToken: string;
    expiresInSeconds: number | undefined;
    scopes: string[];
  },
): TokenPair {
  const { accessToken, refreshToken, expiresInSeconds, scopes } = given;
  return {
    accessToken,
    refreshToken,
    expiresAtMs: context.nowMs() + lifeMs(expiresInSeconds),
    grant: grantOf(refreshToken),
    scopes,
  };
}

/** Each part on its own: an odd one must not cost the others. */
const renewed = z.object({
  access_token: z.string().catch(''),
  refresh_token: z.string().min(1).optional().catch(undefined),
  expires_in: z.number().optional().catch(undefined),
  scope: z.string().catch(''),
});

/**
 * The refresh token has been used up when the answer comes: whatever else is odd about it, the new one must be stored.
 * The library's own `refreshOAuth2Token` (1.29.1) throws where no scope is given, so only its request is used.
 */
async function renew(context: PublisherContext, refreshToken: string, grant: string): Promise<TokenPair> {
  const clientSecret = context.credential('clientSecret');
  const clientId = required(context, 'clientId');
  const client = new (library().TwitterApi)(
    { clientId, ...(clientSecret && { clientSecret }) },
    { httpAgent: context.http.agent },
  );
  const body = {
    refresh_token: refreshToken,
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
  };
  const answer = await client
    .post<unknown>('https://api.x.com/2/oauth2/token', body)
    .catch((error: unknown) => Promise.reject(refusalOf(error)));
  const { data } = renewed.safeParse(answer);
  if (!data) throw new Refused({ state: 'not-sent', reason: 'X’s answer holds no tokens' });
  const { access_token: accessToken, refresh_token, expires_in, scope } = data;
  return {
    accessToken,
    // A server that doesn't rotate sends none.
    refreshToken: refresh_token ?? refreshToken,
    // Without an access token it is renewed immediately.
    expiresAtMs: accessToken === '' ? 0 : context.nowMs() + lifeMs(expires_in),
    grant,
    scopes: scope.split(' ').filter(Boolean),
  };
}

function lifeMs(expiresInSeconds: number | undefined): number {
  return expiresInSeconds && expiresInSeconds > 0 ? expiresInSeconds * 1_000 : lifeMsIfUnsaid;
}

/** Identifies the refresh token that a person gave: pairs made from another one no longer count. */
function grantOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex').slice(0, 16);
}

/** However the renewal fails, nothing has been posted. */
function refusalOf(error: unknown): Error {
  const fate = classify(error);
  if (fate.state === 'rejected' || fate.state === 'authorisation-lost') {
    const reason =
      'X no longer accepts the refresh token; authorise the app again and connect the target anew';
    return new Refused({ state: 'authorisation-lost', reason });
  }
  if (fate.state === 'unknown') return new Refused({ state: 'not-sent', reason: fate.reason });
  return withoutRequest(error);
}
