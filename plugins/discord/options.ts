import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

const snowflake = z.string().regex(/^\d{17,20}$/, 'must be chosen from what this server has');
/** `text`: an ordinary message. `embed`: a card with title, text, tags and the first image. */
const form = z
  .enum(['text', 'embed'])
  .default('text')
  .register(fieldWords, {
    label: 'How it looks',
    choices: { text: 'An ordinary message', embed: 'A card with title, text and first picture' },
    isMore: true,
  });
/** `types`: kinds of channels that `verify` accepts. */
const channel = (label: string, types: readonly ChannelType[]) =>
  snowflake.clone().register(fieldWords, { label, picks: { what: 'channel', types } });

export const discordOptions = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('message'),
    channelId: channel('Channel', [
      ChannelType.GuildText,
      ChannelType.GuildAnnouncement,
      ChannelType.GuildVoice,
      ChannelType.GuildStageVoice,
      ChannelType.PublicThread,
      ChannelType.PrivateThread,
      ChannelType.AnnouncementThread,
    ]),
    form,
  }),
  z.strictObject({
    kind: z.literal('announcement'),
    channelId: channel('Announcement channel', [ChannelType.GuildAnnouncement]),
    form,
    /** Whether servers that follow the channel get it too: at most 10 an hour. */
    crosspost: z.boolean().default(true).register(fieldWords, {
      label: 'Publish it to servers that follow the channel',
      isMore: true,
    }),
  }),
  z.strictObject({
    kind: z.literal('forum'),
    channelId: channel('Forum', [ChannelType.GuildForum, ChannelType.GuildMedia]),
    form,
    /** Ids of the forum's tags. */
    tagIds: z.array(snowflake).max(5).default([]).register(fieldWords, {
      label: 'Tags of the forum',
      help: 'Their ids with commas between them; checking the place shows them',
      isMore: true,
    }),
    autoArchiveMinutes: z
      .union([z.literal(60), z.literal(1_440), z.literal(4_320), z.literal(10_080)])
      .default(10_080)
      .register(fieldWords, {
        label: 'Put away when nobody writes for',
        unit: 'minutes',
        isMore: true,
      }),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    form,
    /** A thread of the webhook's channel. */
    threadId: snowflake.optional().register(fieldWords, {
      label: 'Thread',
      picks: {
        what: 'channel',
        types: [ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread],
      },
      isMore: true,
    }),
    /** The webhook belongs to a forum: each publication opens a post named by its title. */
    forum: z.boolean().default(false).register(fieldWords, {
      label: 'The webhook belongs to a forum',
      help: 'Each publication opens a post there, called by its title',
      isMore: true,
    }),
  }),
]);

export type DiscordOptions = z.output<typeof discordOptions>;
