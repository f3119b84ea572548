import type { TokenPair } from '#contracts/publisher.ts';

/** Everything that posting, uploading and looking up need; the last one gives a refresh token. */
export const scopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] as const;

export type Scope = (typeof scopes)[number];

/**
 * Scopes in `wanted` that the grant lacks. X gives the granted scopes in each answer with a token; without them, all
 * count as granted.
 */
export function lackedScopes(
  { scopes: granted = [] }: Pick<TokenPair, 'scopes'>,
  wanted: readonly Scope[] = scopes,
): Scope[] {
  return granted.length === 0 ? [] : wanted.filter((scope) => !granted.includes(scope));
}

export function lackedText(lacked: readonly Scope[]): string {
  const names = lacked.join(', ');
  return `X granted the refresh token without ${names}; authorise the app again with ${scopes.join(' ')} and connect the target anew`;
}
