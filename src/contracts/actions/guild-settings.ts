import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';
import { relaySettings } from './relay.ts';

/** What a guild has decided; one place for all of it. Absent: not decided, and the default applies. */
export const guildSettings = z.object({
  guildId: z.string(),
  /** IANA name: "Europe/Berlin". */
  zone: z.string().optional(),
  /** Where failures, held targets and missed runs are reported. */
  noticesChannelId: z.string().optional(),
  /** The people who add music. */
  whoAdds: z.enum(['everybody', 'djs']),
  /** Whether several people in a channel vote on Skip, Clear and Stop; off: only DJs do that. */
  votes: z.boolean(),
  /** Whether members find the library in `/play`. */
  membersSeeLibrary: z.boolean(),
  ...relaySettings.omit({ guildId: true }).shape,
});
export type GuildSettings = z.output<typeof guildSettings>;

export const guildSettingsRead = defineAction({
  name: 'guild.settings',
  summary: 'Show what a server has decided.',
  input: z.strictObject({ guildId: z.string() }),
  output: guildSettings,
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const guildConfigure = defineAction({
  name: 'guild.configure',
  summary: 'Change what a server has decided; what isn’t given stays, null takes a decision back.',
  input: z.strictObject({
    guildId: z.string(),
    zone: z.string().max(64).nullable().optional(),
    noticesChannelId: z.string().nullable().optional(),
    whoAdds: guildSettings.shape.whoAdds.optional(),
    votes: z.boolean().optional(),
    membersSeeLibrary: z.boolean().optional(),
    onMove: relaySettings.shape.onMove.optional(),
    leaveAfterMs: relaySettings.shape.leaveAfterMs.optional(),
    volumePercent: relaySettings.shape.volumePercent.optional(),
  }),
  output: guildSettings,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const guildSetup = defineAction({
  name: 'guild.setup',
  summary: 'Show a manager what a server has decided, and whether its notices can be read.',
  input: z.strictObject({ guildId: z.string() }),
  /** `noticesOpen`: the bot may write in the notices channel; absent without one. */
  output: guildSettings.extend({ noticesOpen: z.boolean().optional() }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});

export const guildCard = defineAction({
  name: 'guild.card',
  summary: 'Post a card in a channel that says what anybody can do with the bot.',
  input: z.strictObject({
    guildId: z.string(),
    channelId: z.string().regex(/^\d{17,20}$/, 'must be a channel'),
  }),
  output: z.object({ channelId: z.string() }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
