import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

/** How long a server remembers an `Idempotency-Key`. */
export const keyLifeMs = 3_600_000;

const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export const mastodonOptions = z.strictObject({
  /** The server that holds the account: "https://social.example". */
  instance: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .transform((url) => new URL(url).origin)
    .refine((origin) => origin.startsWith('https:') || loopback.test(origin), 'must begin with https://')
    .register(fieldWords, { label: 'Server', example: 'mastodon.social' }),
  visibility: z
    .enum(['public', 'unlisted', 'private'])
    .default('public')
    .register(fieldWords, {
      label: 'Who sees it',
      choices: { public: 'Everybody', unlisted: 'Everybody, but in no list', private: 'Followers' },
      isMore: true,
    }),
  /** ISO 639-1; absent: the account's own. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'must be a language code such as en')
    .optional()
    .register(fieldWords, {
      label: 'Language',
      help: 'Empty: the account’s own',
      example: 'en',
      isMore: true,
    }),
  /** Shown instead of the text until somebody opens it. */
  contentWarning: z.string().trim().min(1).max(200).optional().register(fieldWords, {
    label: 'Content warning',
    help: 'Shown instead of the text until somebody opens it',
    isMore: true,
  }),
  sensitiveMedia: z.boolean().default(false).register(fieldWords, {
    label: 'Hide pictures until somebody opens them',
    isMore: true,
  }),
  /** The server's own limits; checking the target reports differences. */
  textMax: z.int().min(1).max(100_000).default(500).register(fieldWords, {
    label: 'Length of a post the server takes',
    unit: 'characters',
    isMore: true,
  }),
  mediaMax: z.int().min(0).max(32).default(4).register(fieldWords, {
    label: 'Files the server takes with one post',
    isMore: true,
  }),
  imageBytesMax: z
    .int()
    .positive()
    .default(16 * 1024 * 1024)
    .register(fieldWords, { label: 'Size of a picture the server takes', unit: 'bytes', isMore: true }),
  videoBytesMax: z
    .int()
    .positive()
    .default(99 * 1024 * 1024)
    .register(fieldWords, { label: 'Size of a video the server takes', unit: 'bytes', isMore: true }),
});

export type MastodonOptions = z.output<typeof mastodonOptions>;
