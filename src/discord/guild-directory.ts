import {
  ChannelType,
  type Client,
  type Guild,
  type GuildBasedChannel,
  PermissionFlagsBits,
  type StageChannel,
  Status,
  type VoiceChannel,
} from 'discord.js';
import type { GuildDirectory, PersonInGuild, VoiceChannelView } from '#contracts/discord.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import { sameName } from '#core/text/names.ts';
import type { GuildFacts } from './interactions/asker.ts';
import { rightsIn } from './rights.ts';
import { nameOf } from './visibility.ts';

/** Reads the gateway's caches; asks Discord nothing. */
export class CachedGuildDirectory implements GuildDirectory, GuildFacts {
  readonly #client: Client;

  constructor(components: { client: Client }) {
    this.#client = components.client;
  }

  guilds(): { id: string; name: string }[] {
    return this.#client.guilds.cache.map(({ id, name }) => ({ id, name }));
  }

  guild(guildId: string): { name: string; ownerId: string } | undefined {
    const guild = this.#client.guilds.cache.get(guildId);
    return guild && { name: guild.name, ownerId: guild.ownerId };
  }

  memberVoiceChannelId(guildId: string, userId: string): string | undefined {
    const states = this.#client.guilds.cache.get(guildId)?.voiceStates.cache;
    return states?.get(userId)?.channelId ?? undefined;
  }

  voiceChannel(guildId: string, channelId: string): VoiceChannelView | undefined {
    const guild = this.#client.guilds.cache.get(guildId);
    const channel = guild?.channels.cache.get(channelId);
    if (!guild || !channel) return undefined;
    if (channel.type !== ChannelType.GuildVoice && channel.type !== ChannelType.GuildStageVoice)
      return undefined;
    return viewOf(guild, channel);
  }

  voiceChannels(guildId: string): VoiceChannelView[] {
    const guild = this.#client.guilds.cache.get(guildId);
    if (!guild) return [];
    const voice = guild.channels.cache.filter(({ type }) => voiceTypes.has(type));
    const sorted = [...voice.values()].map((channel) => ({ id: channel.id, ...placeOf(channel) }));
    sorted.sort((a, b) => a.category - b.category || a.place - b.place);
    const views = sorted.flatMap(({ id }) => this.voiceChannel(guildId, id) ?? []);
    return views.filter(({ permissions }) => permissions.view);
  }

  mayJoin(guildId: string, channelId: string, person: PersonInGuild): boolean {
    if (!this.voiceChannel(guildId, channelId)) return false;
    const channel = this.#client.guilds.cache.get(guildId)?.channels.cache.get(channelId);
    if (!channel || !('permissionOverwrites' in channel)) return false;
    return rightsIn(channel, person).has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.Connect]);
  }

  /** Only channels that everyone may see, because publications leave the guild. */
  names(guildId: string): DiscordNames {
    const guild = this.#client.guilds.cache.get(guildId);
    return {
      channel: (id) => {
        const channel = guild?.channels.cache.get(id);
        const isPublic = channel
          ?.permissionsFor(guild?.roles.everyone ?? '')
          ?.has(PermissionFlagsBits.ViewChannel);
        return isPublic ? channel?.name : undefined;
      },
      role: (id) => guild?.roles.cache.get(id)?.name,
      person: (id) => guild?.members.cache.get(id)?.displayName,
      called: (name) => (guild ? channelsCalled(guild, name) : []),
    };
  }

  connected(): boolean {
    const shards = this.#client.ws.shards;
    return shards.size > 0 && shards.every((shard) => shard.status === Status.Ready);
  }

  /** Empty before the first login. */
  botUserId(): string {
    return this.#client.user?.id ?? '';
  }
}

const voiceTypes: ReadonlySet<ChannelType> = new Set([ChannelType.GuildVoice, ChannelType.GuildStageVoice]);

/** Channels without a category come first. */
function placeOf(channel: GuildBasedChannel): { category: number; place: number } {
  const place = 'rawPosition' in channel ? channel.rawPosition : 0;
  return {
    category: channel.parent && 'rawPosition' in channel.parent ? channel.parent.rawPosition : -1,
    place,
  };
}

function viewOf(guild: Guild, channel: VoiceChannel | StageChannel): VoiceChannelView {
  const permissions = guild.members.me ? channel.permissionsFor(guild.members.me) : undefined;
  const has = (bit: bigint) => permissions?.has(bit) ?? false;
  const inside = guild.voiceStates.cache.filter((state) => state.channelId === channel.id);
  const own = inside.get(guild.client.user.id);
  return {
    id: channel.id,
    guildId: guild.id,
    guildName: guild.name,
    name: nameOf(channel),
    kind: channel.type === ChannelType.GuildStageVoice ? 'stage' : 'voice',
    userLimit: channel.userLimit,
    memberCount: inside.size,
    permissions: {
      view: has(PermissionFlagsBits.ViewChannel),
      connect: has(PermissionFlagsBits.Connect),
      speak: has(PermissionFlagsBits.Speak),
      moveMembers: has(PermissionFlagsBits.MoveMembers),
      muteMembers: has(PermissionFlagsBits.MuteMembers),
      requestToSpeak: has(PermissionFlagsBits.RequestToSpeak),
    },
    botInside: own !== undefined,
    botSuppressed: own?.suppress ?? false,
  };
}

function channelsCalled(guild: Guild, name: string): { id: string; type: ChannelType }[] {
  const { me } = guild.members;
  const found = guild.channels.cache.filter(
    (channel) =>
      sameName(channel.name, name) &&
      me !== null &&
      channel.permissionsFor(me)?.has(PermissionFlagsBits.ViewChannel) === true,
  );
  return found.map(({ id, type }) => ({ id, type }));
}
