import {
  ChannelType,
  PermissionFlagsBits as P,
  type RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody,
  type RESTPatchAPIGuildVoiceStateUserJSONBody,
} from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import { channelPermissions, has } from '../../world/permissions.ts';
import type { ChannelRecord, GuildRecord, GuildVoiceState } from '../../world/records.ts';
import { voiceStateView } from '../../world/views.ts';
import { channelAccess, guildAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

export function voiceRoutes(platform: Platform): Route[] {
  const { world, announcer, voiceDesk } = platform;
  return [
    botRoute('GET', '/guilds/{guild_id}/voice-states/@me', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      return ok(wholeView(platform, guild, stateOf(guild, bot.id)));
    }),
    botRoute('GET', '/guilds/{guild_id}/voice-states/{user_id}', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      return ok(wholeView(platform, guild, stateOf(guild, params.user_id)));
    }),
    botRoute('PATCH', '/guilds/{guild_id}/voice-states/@me', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      const body = json<RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody>();
      const { permissions } = onStage(guild, bot.id, bot.id, body.channel_id);
      if (body.suppress === false && !has(permissions, P.MuteMembers)) throw refusals.missingPermissions();
      const hand = body.request_to_speak_timestamp;
      if (hand && !has(permissions, P.RequestToSpeak)) throw refusals.missingPermissions();
      voiceDesk.change(guild, bot.id, changeOf(body.suppress, hand));
      return nothing();
    }),
    botRoute('PATCH', '/guilds/{guild_id}/voice-states/{user_id}', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      const body = json<RESTPatchAPIGuildVoiceStateUserJSONBody>();
      const { permissions } = onStage(guild, params.user_id, bot.id, body.channel_id);
      if (!has(permissions, P.MuteMembers)) throw refusals.missingPermissions();
      voiceDesk.change(guild, params.user_id, changeOf(body.suppress, undefined));
      return nothing();
    }),
    botRoute('PUT', '/channels/{channel_id}/voice-status', ({ bot, params, json }) => {
      const { guild, channel, permissions } = channelAccess(world, bot.id, params.channel_id);
      if (channel.type !== ChannelType.GuildVoice) throw refusals.wrongChannelType();
      const inside = guild.voiceStates.get(bot.id)?.channel_id === channel.id;
      const needed = P.SetVoiceChannelStatus | (inside ? 0n : P.ManageChannels);
      if (!has(permissions, needed)) throw refusals.missingPermissions();
      channel.voiceStatus = json<{ status?: string | null }>().status || null;
      announcer.voiceStatus(channel);
      return nothing();
    }),
  ];
}

function stateOf(guild: GuildRecord, userId: string): GuildVoiceState {
  const state = guild.voiceStates.get(userId);
  if (!state) throw refusals.unknownVoiceState();
  return state;
}

/** Only in stages can people be suppressed and raise their hand. */
function onStage(
  guild: GuildRecord,
  userId: string,
  botId: string,
  channelId: string | null | undefined,
): { channel: ChannelRecord; permissions: bigint } {
  const state = stateOf(guild, userId);
  if (channelId && channelId !== state.channel_id) {
    throw invalidForm('channel_id', 'BAD_VALUE', 'The user is not in this channel.');
  }
  const channel = guild.channels.get(state.channel_id);
  if (!channel) throw refusals.unknownChannel();
  if (channel.type !== ChannelType.GuildStageVoice) throw refusals.wrongChannelType();
  return { channel, permissions: channelPermissions(guild, botId, channel) };
}

/** Speaking lowers the hand. */
function changeOf(
  suppress: boolean | null | undefined,
  hand: string | null | undefined,
): Partial<GuildVoiceState> {
  return {
    ...(typeof suppress === 'boolean' ? { suppress } : {}),
    ...(suppress === false ? { request_to_speak_timestamp: null } : {}),
    ...(hand === undefined ? {} : { request_to_speak_timestamp: hand }),
  };
}

/** REST gives `self_stream` always, the gateway only while somebody streams. */
function wholeView({ world }: Platform, guild: GuildRecord, state: GuildVoiceState): object {
  return { self_stream: false, ...voiceStateView(world, guild, state) };
}
