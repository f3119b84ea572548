import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

const micros = z.int().nonnegative().max(100_000_000).register(fieldWords, { unit: 'micros' });

/** X's list prices for pay-per-use since 2026-02; in millionths of a US dollar. */
const prices = z.strictObject({
  post: micros.default(15_000),
  postWithLink: micros.default(200_000),
  mediaMetadata: micros.default(5_000),
});

export const xOptions = z.strictObject({
  /** `oauth1`: keys of one's own account that don't expire. `oauth2`: PKCE with a refresh token. */
  auth: z.enum(['oauth1', 'oauth2']).default('oauth1'),
  /** Further posts for text that doesn't fit into one. X restricts replies of apps, so these may be refused. */
  thread: z.boolean().default(false),
  threadPartsMax: z.int().min(2).max(25).register(fieldWords, { unit: 'posts' }).default(5),
  /** Says on the post that its text was generated. */
  madeWithAi: z.boolean().default(false),
  /** Limits who may reply; absent: everybody. */
  replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
  prices: prices.prefault({}),
});

export type XOptions = z.output<typeof xOptions>;

export const xCredentials = {
  oauth1: ['apiKey', 'apiSecret', 'accessToken', 'accessSecret'],
  oauth2: ['clientId', 'clientSecret', 'refreshToken'],
} as const;

/** Needed only by confidential clients; public ones authenticate by the refresh token alone. */
export const optionalCredentials: readonly string[] = ['clientSecret'];
