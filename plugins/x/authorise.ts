import { z } from 'zod';
import type { Authorisation, AuthorisationGrant, AuthorisedAccess } from '#contracts/authorisation.ts';
import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { required } from '../shared/required-credential.ts';
import { classify } from './classify.ts';
import { library } from './library.ts';
import type { XOptions } from './options.ts';
import { lackedScopes, scopes } from './scopes.ts';
import { firstPair } from './tokens.ts';

export const authorise: Authorisation<XOptions> = {
  isUsed: ({ auth }) => auth === 'oauth2',
  app: [
    { name: 'clientId', required: true },
    { name: 'clientSecret', required: false },
  ],
  clientId: 'clientId',
  scopes,
  gives: 'refreshToken',
  pageUrl: ({ address }) => new URL('/i/oauth2/authorize', address('webUrl')).href,
  exchange,
};

const answered = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
  scope: z.string().optional(),
});

/**
 * The library's own `loginWithOAuth2` (1.29.1) sends JSON, and the client's secret twice; RFC 6749 asks for a form
 * (§4.1.3) and for one way of authenticating the client (§2.3). Its `post` does both right.
 */
async function exchange(context: PublisherContext, grant: AuthorisationGrant): Promise<AuthorisedAccess> {
  const clientId = required(context, 'clientId');
  const clientSecret = context.credential('clientSecret');
  const client = new (library().TwitterApi)(
    { clientId, ...(clientSecret && { clientSecret }) },
    { httpAgent: context.http.agent },
  );
  const form = {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUrl,
    code_verifier: grant.verifier,
    // A confidential client authenticates by its header.
    ...(!clientSecret && { client_id: clientId }),
  };
  const answer = await client
    .post<unknown>('https://api.x.com/2/oauth2/token', form, { forceBodyMode: 'url' })
    .catch((error: unknown) => {
      throw new Refused({ state: 'rejected', reason: classify(error).reason });
    });
  return accessOf(context, answer);
}

function accessOf(context: PublisherContext, answer: unknown): AuthorisedAccess {
  const { data } = answered.safeParse(answer);
  const granted = data?.scope?.split(' ').filter(Boolean) ?? [];
  const missing = lackedScopes({ scopes: granted });
  if (missing.length > 0) throw refused(`it left out ${missing.join(', ')}`);
  if (!data?.refresh_token) throw refused('its answer holds no refresh token');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in } = data;
  return {
    credential: refreshToken,
    tokens: firstPair(context, { accessToken, refreshToken, expiresInSeconds: expires_in, scopes: granted }),
  };
}

function refused(reason: string): Refused {
  return new Refused({ state: 'rejected', reason });
}
