import { z } from 'zod';

const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export const blueskyOptions = z.strictObject({
  /** The server that holds the account (its PDS), or one that leads to it. */
  service: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .transform((url) => new URL(url).origin)
    .refine((origin) => origin.startsWith('https:') || loopback.test(origin), 'must begin with https://')
    .default('https://bsky.social'),
  /** BCP 47, such as en or pt-BR; absent: the app guesses. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'must be a language code such as en or pt-BR')
    .optional(),
  /** Shows the publication's link as a card, where there is no picture. */
  card: z.boolean().default(true),
});

export type BlueskyOptions = z.output<typeof blueskyOptions>;
