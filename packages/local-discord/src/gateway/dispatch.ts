import { GatewayDispatchEvents as E, GatewayIntentBits as I } from 'discord-api-types/v10';
import type { ChannelRecord } from '../world/records.ts';

/** One event on its way to the bots that may see it. */
export interface Dispatch {
  t: E;
  guildId: string;
  /** Only to bots that may view this channel. */
  channelId?: string;
  /** About this channel: bots that may not view it get the event without its content. */
  channel?: ChannelRecord;
  /** Only to this bot. */
  botId?: string;
  /** A bot gets events about itself without the Guild Members intent. */
  aboutUserId?: string;
  d: unknown;
  /** What one bot gets instead of `d`. */
  adapt?: (botId: string, seesContent: boolean) => object;
}

/** Any one of these intents lets an event through; events not listed need none. */
const intentsNeeded: Partial<Record<Dispatch['t'], number>> = {
  [E.GuildCreate]: I.Guilds,
  [E.GuildUpdate]: I.Guilds,
  [E.GuildDelete]: I.Guilds,
  [E.GuildRoleCreate]: I.Guilds,
  [E.GuildRoleUpdate]: I.Guilds,
  [E.GuildRoleDelete]: I.Guilds,
  [E.ChannelCreate]: I.Guilds,
  [E.ChannelUpdate]: I.Guilds,
  [E.ChannelDelete]: I.Guilds,
  [E.ThreadCreate]: I.Guilds,
  [E.ThreadUpdate]: I.Guilds,
  [E.ThreadDelete]: I.Guilds,
  [E.StageInstanceCreate]: I.Guilds,
  [E.StageInstanceUpdate]: I.Guilds,
  [E.StageInstanceDelete]: I.Guilds,
  [E.VoiceChannelStatusUpdate]: I.Guilds,
  [E.GuildMemberAdd]: I.GuildMembers,
  [E.GuildMemberUpdate]: I.GuildMembers,
  [E.GuildMemberRemove]: I.GuildMembers,
  [E.VoiceStateUpdate]: I.GuildVoiceStates,
  [E.WebhooksUpdate]: I.GuildWebhooks,
  [E.MessageCreate]: I.GuildMessages,
  [E.MessageUpdate]: I.GuildMessages,
  [E.MessageDelete]: I.GuildMessages,
  [E.MessageDeleteBulk]: I.GuildMessages,
  [E.MessageReactionAdd]: I.GuildMessageReactions,
  [E.MessageReactionRemove]: I.GuildMessageReactions,
  [E.MessageReactionRemoveAll]: I.GuildMessageReactions,
  [E.MessageReactionRemoveEmoji]: I.GuildMessageReactions,
  [E.TypingStart]: I.GuildMessageTyping,
};

export const privilegedIntents = I.GuildMembers | I.GuildPresences | I.MessageContent;

export function intentsAdmit(dispatch: Dispatch, receiver: { botId: string; intents: number }): boolean {
  if (dispatch.aboutUserId === receiver.botId) return true;
  const needed = intentsNeeded[dispatch.t];
  return needed === undefined || (receiver.intents & needed) !== 0;
}

/** Discord's own rule for the shard that gets a guild's events. */
export function shardOf(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}
