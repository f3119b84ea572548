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
    .refine((origin) => origin.startsWith('https:') || loopback.test(origin), 'must begin with https://'),
  visibility: z.enum(['public', 'unlisted', 'private']).default('public'),
  /** ISO 639-1; absent: the account's own. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'must be a language code such as en')
    .optional(),
  /** Shown instead of the text until somebody opens it. */
  contentWarning: z.string().trim().min(1).max(200).optional(),
  sensitiveMedia: z.boolean().default(false),
  /** The server's own limits; checking the target reports differences. */
  textMax: z.int().min(1).max(100_000).register(fieldWords, { unit: 'characters' }).default(500),
  mediaMax: z.int().min(0).max(32).default(4),
  imageBytesMax: z
    .int()
    .positive()
    .register(fieldWords, { unit: 'bytes' })
    .default(16 * 1024 * 1024),
  videoBytesMax: z
    .int()
    .positive()
    .register(fieldWords, { unit: 'bytes' })
    .default(99 * 1024 * 1024),
});

export type MastodonOptions = z.output<typeof mastodonOptions>;
