import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

const snowflake = z.string().regex(/^\d{17,20}$/, 'must be chosen from what this server has');
/** `text`: an ordinary message. `embed`: a card with title, text, tags and the first image. */
const form = z.enum(['text', 'embed']).default('text');

export const discordOptions = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), channelId: snowflake, form }),
  z.strictObject({
    kind: z.literal('announcement'),
    channelId: snowflake,
    form,
    /** Whether servers that follow the channel get it too: at most 10 an hour. */
    crosspost: z.boolean().default(true),
  }),
  z.strictObject({
    kind: z.literal('forum'),
    channelId: snowflake,
    form,
    /** Ids of the forum's tags. */
    tagIds: z.array(snowflake).max(5).default([]),
    autoArchiveMinutes: z
      .union([z.literal(60), z.literal(1_440), z.literal(4_320), z.literal(10_080)])
      .register(fieldWords, { unit: 'minutes' })
      .default(10_080),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    form,
    /** A thread of the webhook's channel. */
    threadId: snowflake.optional(),
    /** The webhook belongs to a forum: each publication opens a post named by its title. */
    forum: z.boolean().default(false),
  }),
]);

export type DiscordOptions = z.output<typeof discordOptions>;
