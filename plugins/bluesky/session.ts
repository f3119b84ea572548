import { createHash } from 'node:crypto';
import type { PublisherContext, TokenPair } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { type Fields, fieldsOf } from '#core/fields-of.ts';
import { answerJson, parsedJson } from '../shared/answer.ts';
import { beforeEffect } from '../shared/fate.ts';
import { required } from '../shared/required-credential.ts';
import { refusal, XrpcRefusal } from './classify.ts';

/** Renewed this long before its end, so that it doesn't end during a request. */
const earlyMs = 60_000;
const lifeMsIfUnsaid = 3_600_000;

/**
 * A valid access token. Each renewal makes a new pair: one of all attempts renews, the others get its result. `refused`
 * is a token that the server has just refused. However this fails, nothing has been posted.
 */
export function accessToken(context: PublisherContext, service: string, refused?: string): Promise<string> {
  return beforeEffect(async () => {
    const identifier = required(context, 'identifier');
    const password = required(context, 'appPassword');
    const grant = grantOf(service, identifier, password);
    const isGood = (pair: TokenPair) =>
      pair.grant === grant && pair.accessToken !== refused && pair.expiresAtMs - earlyMs > context.nowMs();
    const current = await context.tokens.current();
    if (current && isGood(current)) return current.accessToken;
    const pair = await context.tokens.refresh(async (newest) => {
      if (newest && isGood(newest)) return newest;
      const renewed =
        newest?.grant === grant ? await renewedBy(context, service, newest.refreshToken, grant) : undefined;
      return renewed ?? pairOf(context, await signIn(context, service, { identifier, password }), grant);
    });
    return pair.accessToken;
  });
}

/** Identifies the given credentials: pairs of other credentials no longer count. */
export function grantOf(service: string, identifier: string, password: string): string {
  return createHash('sha256')
    .update(JSON.stringify([service, identifier, password]))
    .digest('hex')
    .slice(0, 16);
}

/** The repository that an access token may write: `sub` of the JSON Web Token. */
export function didOf(token: string): string | undefined {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' && /^did:[a-z]+:\S+$/.test(sub) ? sub : undefined;
}

/** Undefined: the refresh token has expired, too. */
async function renewedBy(context: PublisherContext, service: string, refreshToken: string, grant: string) {
  try {
    const answer = await post(context, `${service}/xrpc/com.atproto.server.refreshSession`, {
      headers: { authorization: `Bearer ${refreshToken}` },
    });
    return pairOf(context, answer, grant);
  } catch (error) {
    if (error instanceof XrpcRefusal && error.fate.state === 'authorisation-lost') return undefined;
    throw error;
  }
}

function signIn(context: PublisherContext, service: string, given: { identifier: string; password: string }) {
  return post(context, `${service}/xrpc/com.atproto.server.createSession`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  });
}

async function post(context: PublisherContext, url: string, init: RequestInit): Promise<Fields> {
  const response = await context.http.fetch(url, { ...init, method: 'POST', redirect: 'manual' });
  if (!response.ok) throw await refusal(response);
  return fieldsOf(await answerJson(response));
}

function pairOf(context: PublisherContext, answer: Fields, grant: string): TokenPair {
  const { accessJwt, refreshJwt } = answer;
  if (typeof accessJwt !== 'string' || typeof refreshJwt !== 'string')
    throw new Refused({ state: 'not-sent', reason: 'the server’s answer is not that of a PDS' });
  const { exp } = claimsOf(accessJwt);
  const expiresAtMs = typeof exp === 'number' ? exp * 1_000 : context.nowMs() + lifeMsIfUnsaid;
  return { accessToken: accessJwt, refreshToken: refreshJwt, expiresAtMs, grant };
}

function claimsOf(token: string): Fields {
  const body = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return fieldsOf(parsedJson(body));
}
