import {
  ChannelType,
  GatewayDispatchEvents as E,
  PermissionFlagsBits as P,
  type RESTPatchAPIChannelJSONBody,
  type RESTPostAPIGuildChannelJSONBody,
  type RESTPutAPIChannelPermissionJSONBody,
} from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import { setOverwrite } from '../../world/changes.ts';
import { has } from '../../world/permissions.ts';
import type { ChannelRecord, Overwrite } from '../../world/records.ts';
import { makeChannel } from '../../world/seed.ts';
import { changeThread } from '../../world/threads.ts';
import { channelView, isThread } from '../../world/views.ts';
import { viewableChannels } from '../../world/visibility.ts';
import { channelAccess, guildAccess } from '../access.ts';
import { botRoute, created, nothing, ok, type Route } from '../route.ts';

const seededTypes = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildCategory,
] as const;

export function channelRoutes(platform: Platform): Route[] {
  const { world, snowflakes, announcer } = platform;
  return [
    botRoute('GET', '/channels/{channel_id}', ({ bot, params }) =>
      ok(channelView(channelAccess(world, bot.id, params.channel_id).channel)),
    ),
    botRoute('PATCH', '/channels/{channel_id}', ({ bot, params, json }) => {
      const { channel, permissions } = channelAccess(world, bot.id, params.channel_id);
      const body = json<RESTPatchAPIChannelJSONBody>();
      if (channel.thread) {
        const mayManage = has(permissions, P.ManageThreads);
        if (!mayManage && channel.thread.ownerId !== bot.id) throw refusals.missingPermissions();
        changeThread(platform, channel, body, mayManage);
      } else {
        if (!has(permissions, P.ManageChannels)) throw refusals.missingPermissions();
        changeChannel(channel, body);
        announcer.channel(E.ChannelUpdate, channel);
      }
      return ok(channelView(channel));
    }),
    botRoute('DELETE', '/channels/{channel_id}', ({ bot, params }) => {
      const { guild, channel, permissions } = channelAccess(world, bot.id, params.channel_id);
      if (!has(permissions, isThread(channel) ? P.ManageThreads : P.ManageChannels)) {
        throw refusals.missingPermissions();
      }
      removeChannel(platform, guild.id, channel);
      return ok(channelView(channel));
    }),
    botRoute('GET', '/guilds/{guild_id}/channels', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      return ok(viewableChannels(guild, bot.id).map(channelView));
    }),
    botRoute('POST', '/guilds/{guild_id}/channels', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ManageChannels);
      const body = json<ChannelChange & Pick<RESTPostAPIGuildChannelJSONBody, 'name' | 'type'>>();
      const type = seededTypes.find((known) => known === (body.type ?? ChannelType.GuildText));
      if (type === undefined) throw refusals.wrongChannelType();
      const seed = { id: snowflakes.next(), name: body.name, type };
      const channel = makeChannel(guild.id, seed, guild.channels.size);
      changeChannel(channel, body);
      guild.channels.set(channel.id, channel);
      announcer.channel(E.ChannelCreate, channel);
      return created(channelView(channel));
    }),
    ...overwriteRoutes(platform),
  ];
}

function overwriteRoutes(platform: Platform): Route[] {
  const { world, announcer } = platform;
  return [
    botRoute('PUT', '/channels/{channel_id}/permissions/{overwrite_id}', ({ bot, params, json }) => {
      const { guild, channel, permissions } = channelAccess(world, bot.id, params.channel_id, P.ManageRoles);
      const { allow, deny, type } = json<RESTPutAPIChannelPermissionJSONBody>();
      const overwrite: Overwrite = {
        id: params.overwrite_id,
        type: type === 1 ? 1 : 0,
        allow: BigInt(allow ?? 0),
        deny: BigInt(deny ?? 0),
      };
      const known = overwrite.type === 0 ? guild.roles.has(overwrite.id) : guild.members.has(overwrite.id);
      if (!known) throw overwrite.type === 0 ? refusals.unknownRole() : refusals.unknownMember();
      // Nobody can grant or remove rights that they don't have.
      if (!has(permissions, overwrite.allow | overwrite.deny)) throw refusals.missingPermissions();
      setOverwrite(platform, channel, overwrite);
      return nothing();
    }),
    botRoute('DELETE', '/channels/{channel_id}/permissions/{overwrite_id}', ({ bot, params }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id, P.ManageRoles);
      if (!channel.overwrites.some(({ id }) => id === params.overwrite_id)) throw refusals.unknownOverwrite();
      channel.overwrites = channel.overwrites.filter(({ id }) => id !== params.overwrite_id);
      announcer.channel(E.ChannelUpdate, channel);
      return nothing();
    }),
  ];
}

type ChannelChange = Omit<RESTPatchAPIChannelJSONBody, 'type'>;

function changeChannel(channel: ChannelRecord, body: ChannelChange): void {
  if (body.name !== undefined) channel.name = body.name;
  if (body.topic !== undefined) channel.topic = body.topic;
  if (body.position !== undefined) channel.position = body.position ?? channel.position;
  if (body.parent_id !== undefined) channel.parentId = body.parent_id;
  if (body.nsfw !== undefined) channel.nsfw = body.nsfw ?? false;
  if (body.bitrate !== undefined) channel.bitrate = body.bitrate ?? channel.bitrate;
  if (body.user_limit !== undefined) channel.userLimit = body.user_limit ?? 0;
  if (body.rate_limit_per_user !== undefined) channel.slowmodeS = body.rate_limit_per_user ?? 0;
  if (body.permission_overwrites) {
    channel.overwrites = body.permission_overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type: type === 1 ? 1 : 0,
      allow: BigInt(allow ?? 0),
      deny: BigInt(deny ?? 0),
    }));
  }
}

/** Its threads, messages and voice go with it. */
function removeChannel(platform: Platform, guildId: string, channel: ChannelRecord): void {
  const { world, announcer, messages, voiceDesk } = platform;
  const guild = world.mustGuild(guildId);
  for (const state of [...guild.voiceStates.values()]) {
    if (state.channel_id === channel.id) voiceDesk.leave(guild, state.user_id, 4022);
  }
  for (const thread of [...guild.channels.values()]) {
    if (thread.parentId === channel.id && isThread(thread)) removeChannel(platform, guildId, thread);
  }
  guild.channels.delete(channel.id);
  if (guild.systemChannelId === channel.id) guild.systemChannelId = null;
  guild.stages.delete(channel.id);
  messages.removeChannel(channel.id);
  if (channel.thread) announcer.thread(E.ThreadDelete, channel);
  else announcer.channel(E.ChannelDelete, channel);
}
