import type { GuildView, WorldView } from '../contract.ts';
import type { Platform } from '../platform.ts';
import { messageFor } from './messages.ts';
import type { GuildRecord } from './records.ts';
import { channelView, memberView, voiceStateView } from './views.ts';

/** Copies throughout: readers cannot change the world. */
export function createWorldView({ world, messages, commands, gateway, voiceDesk }: Platform): WorldView {
  function viewOf(guild: GuildRecord): GuildView {
    return structuredClone({
      id: guild.id,
      name: guild.name,
      ownerId: guild.ownerId,
      channels: [...guild.channels.values()].map(channelView),
      roles: [...guild.roles.values()],
      members: [...guild.members.values()].map((member) => memberView(world, member)),
      botsOnline: [...guild.botIds].filter((botId) => gateway.isOnline(botId)),
    });
  }
  return {
    guilds: () => [...world.guilds.values()].map(viewOf),
    guild(guildId) {
      const guild = world.guilds.get(guildId);
      return guild && viewOf(guild);
    },
    user: (userId) => structuredClone(world.users.get(userId)),
    messages: (channelId, viewerId) =>
      messages
        .in(channelId)
        .filter((stored) => stored.viewerId === undefined || stored.viewerId === viewerId)
        .map((stored) => structuredClone(messageFor(stored, viewerId))),
    commands: (guildId) =>
      structuredClone(
        [...(world.guilds.get(guildId)?.botIds ?? [])].flatMap((botId) => commands.inGuild(botId, guildId)),
      ),
    voiceStates(guildId) {
      const guild = world.guilds.get(guildId);
      return guild
        ? structuredClone([...guild.voiceStates.values()].map((state) => voiceStateView(world, guild, state)))
        : [];
    },
    heard: (guildId) => structuredClone(voiceDesk.heard(guildId)),
    voiceStatus: (guildId, channelId) =>
      world.guilds.get(guildId)?.channels.get(channelId)?.voiceStatus ?? '',
  };
}
