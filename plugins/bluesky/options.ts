import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export const blueskyOptions = z.strictObject({
  /** The server that holds the account (its PDS), or one that leads to it. */
  service: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .transform((url) => new URL(url).origin)
    .refine((origin) => origin.startsWith('https:') || loopback.test(origin), 'must begin with https://')
    .default('https://bsky.social')
    .register(fieldWords, { label: 'Server of the account', example: 'https://bsky.social', isMore: true }),
  /** BCP 47, such as en or pt-BR; absent: the app guesses. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'must be a language code such as en or pt-BR')
    .optional()
    .register(fieldWords, { label: 'Language', help: 'Empty: the app guesses', example: 'en', isMore: true }),
  /** Shows the publication's link as a card, where there is no picture. */
  card: z.boolean().default(true).register(fieldWords, {
    label: 'Show the link as a card',
    help: 'Where there is no picture',
    isMore: true,
  }),
});

export type BlueskyOptions = z.output<typeof blueskyOptions>;
