import type { FastifyRequest } from 'fastify';
import type { ApiToken, TokenVerifier } from '#contracts/tokens.ts';
import type { Clock } from '#core/clock.ts';
import { networkOf } from '#core/network-of.ts';
import { RateLimiter } from '#core/rate-limiter.ts';
import { webErrors } from './errors.ts';

export const uploadLimit = { perMinute: 60, burst: 30 };
/** Wrong tokens of one address that are answered with 401; further ones get 429 with the time to wait. */
export const refusedTokenLimit = { perMinute: 6, burst: 10 };

export interface BearerComponents {
  tokens: TokenVerifier;
  clock: Clock;
}

/**
 * Throws WEB_TOKEN_REFUSED or WEB_RATE_LIMITED. A valid token is counted alone: others at its address, such as
 * neighbours behind the same router or proxy, can't use up its requests. Wrong tokens can't be guessed (256 bits), so
 * limiting them only bounds the number of answers.
 */
export function bearerAuthenticator({ clock, tokens }: BearerComponents) {
  const refused = new RateLimiter({ clock }, refusedTokenLimit);
  const uploads = new RateLimiter({ clock }, uploadLimit);
  return async (request: FastifyRequest): Promise<ApiToken> => {
    const [, words] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
    const token = words === undefined ? undefined : await tokens.verify(words);
    if (!token) {
      requireNoWait(refused.take(networkOf(request.ip)));
      throw webErrors.WEB_TOKEN_REFUSED();
    }
    requireNoWait(uploads.take(token.id));
    return token;
  };
}

function requireNoWait(retryAfterSeconds: number): void {
  if (retryAfterSeconds > 0) throw webErrors.WEB_RATE_LIMITED({ retryAfterSeconds });
}
