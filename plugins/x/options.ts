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
  auth: z
    .enum(['oauth1', 'oauth2'])
    .default('oauth1')
    .register(fieldWords, {
      label: 'How the bot signs in',
      choices: { oauth1: 'By keys of the account', oauth2: 'By a grant on X’s page' },
    }),
  /** Further posts for text that doesn't fit into one. X restricts replies of apps, so these may be refused. */
  thread: z.boolean().default(false).register(fieldWords, {
    label: 'Long texts become a thread',
    help: 'X restricts replies of apps, so it may refuse them',
    isMore: true,
  }),
  threadPartsMax: z.int().min(2).max(25).default(5).register(fieldWords, {
    label: 'Length of a thread at most',
    unit: 'posts',
    isMore: true,
  }),
  /** Says on the post that its text was generated. */
  madeWithAi: z.boolean().default(false).register(fieldWords, {
    label: 'Say that the text was generated',
    isMore: true,
  }),
  /** Limits who may reply; absent: everybody. */
  replySettings: z
    .enum(['following', 'mentionedUsers', 'subscribers', 'verified'])
    .optional()
    .register(fieldWords, {
      label: 'Who may reply',
      help: 'Nothing chosen: everybody',
      choices: {
        following: 'Accounts it follows',
        mentionedUsers: 'Accounts it mentions',
        subscribers: 'Subscribers',
        verified: 'Verified accounts',
      },
      isMore: true,
    }),
  prices: prices.prefault({}).register(fieldWords, {
    label: 'Prices, in millionths of a dollar',
    help: 'One a line: post: 15000, postWithLink: 200000, mediaMetadata: 5000',
    isMore: true,
  }),
});

export type XOptions = z.output<typeof xOptions>;

export const xCredentials = {
  oauth1: ['apiKey', 'apiSecret', 'accessToken', 'accessSecret'],
  oauth2: ['clientId', 'clientSecret', 'refreshToken'],
} as const;

/** Needed only by confidential clients; public ones authenticate by the refresh token alone. */
export const optionalCredentials: readonly string[] = ['clientSecret'];
