/** Wire payloads made of the records. Fields that the playground has no notion of carry Discord's defaults. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIVoiceState,
  ChannelFlags,
  ChannelType,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildVerificationLevel,
  Locale,
} from 'discord-api-types/v10';
import { noFlags } from './no-flags.ts';
import type { ChannelRecord, GuildRecord, GuildVoiceState, MemberRecord } from './records.ts';
import type { World } from './world.ts';

/** `flags` and `banner` are part of every member on the wire. */
export type MemberView = APIGuildMember & { banner: null; communication_disabled_until: string | null };

export function memberView(world: World, member: MemberRecord): MemberView {
  return {
    user: world.mustUser(member.userId),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: [...member.roleIds],
    joined_at: member.joinedAt,
    premium_since: null,
    deaf: member.deaf,
    mute: member.mute,
    flags: noFlags,
    pending: false,
    communication_disabled_until: member.timeoutUntil,
  };
}

export function channelView(channel: ChannelRecord): APIChannel {
  const view: object = channel.thread ? threadFields(channel) : guildChannelFields(channel);
  // Each kind's own fields, as the tests check by Discord's description: the types of the package lag behind it.
  return view as APIChannel;
}

export function voiceStateView(world: World, guild: GuildRecord, state: VoiceStateLike): APIVoiceState {
  const member = guild.members.get(state.user_id);
  return { ...state, ...(member ? { member: memberView(world, member) } : {}) };
}

/** A state whose channel may be gone: announces that somebody left. */
export type VoiceStateLike = Omit<GuildVoiceState, 'channel_id'> & { channel_id: string | null };

export function isThread(channel: ChannelRecord): boolean {
  return channel.thread !== undefined;
}

export function isVoice(channel: ChannelRecord): boolean {
  return channel.type === ChannelType.GuildVoice || channel.type === ChannelType.GuildStageVoice;
}

/** GET /guilds/{id} and the base of GUILD_CREATE. */
export function guildView(guild: GuildRecord): object {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: 'us-east',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: guild.systemChannelId,
    system_channel_flags: noFlags,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: GuildVerificationLevel.None,
    roles: [...guild.roles.values()],
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    mfa_level: GuildMFALevel.None,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: GuildPremiumTier.None,
    premium_subscription_count: 0,
    preferred_locale: Locale.EnglishUS,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: GuildNSFWLevel.Default,
    hub_type: null,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

/** Without the Guild Members intent a bot gets only itself and people in voice. */
export function guildCreateView(
  world: World,
  guild: GuildRecord,
  viewer: {
    botId: string;
    allMembers: boolean;
    voiceStates: boolean;
    /** The channel as this viewer gets it; undefined: not at all. */
    channelView: (channel: ChannelRecord) => APIChannel | undefined;
  },
): object {
  const members = [...guild.members.values()].filter(
    (member) => viewer.allMembers || member.userId === viewer.botId || guild.voiceStates.has(member.userId),
  );
  const channels = [...guild.channels.values()];
  const told = (some: ChannelRecord[]) => some.flatMap((channel) => viewer.channelView(channel) ?? []);
  return {
    ...guildView(guild),
    joined_at: guild.members.get(viewer.botId)?.joinedAt ?? '',
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: viewer.voiceStates ? [...guild.voiceStates.values()] : [],
    members: members.map((member) => memberView(world, member)),
    channels: told(channels.filter((channel) => !isThread(channel))),
    threads: told(channels.filter((channel) => channel.thread && !channel.thread.archived)),
    presences: [],
    stage_instances: [...guild.stages.values()],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

function guildChannelFields(channel: ChannelRecord): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    id: channel.id,
    type: channel.type,
    flags: channel.requiresTag ? ChannelFlags.RequireTag : 0,
    guild_id: channel.guildId,
    name: channel.name,
    position: channel.position,
    parent_id: channel.parentId,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
  };
  if (channel.type === ChannelType.GuildCategory) return fields;
  Object.assign(fields, {
    nsfw: channel.nsfw,
    rate_limit_per_user: channel.slowmodeS,
    last_message_id: channel.lastMessageId,
  });
  if (isVoice(channel)) {
    return Object.assign(fields, {
      bitrate: channel.bitrate,
      user_limit: channel.userLimit,
      rtc_region: null,
    });
  }
  fields.topic = channel.topic;
  if (channel.type === ChannelType.GuildForum) {
    Object.assign(fields, {
      available_tags: channel.tags,
      default_reaction_emoji: null,
      default_sort_order: null,
      default_forum_layout: 0,
    });
  }
  return fields;
}

function threadFields(channel: ChannelRecord): Record<string, unknown> {
  const { thread } = channel;
  if (!thread) return {};
  return {
    id: channel.id,
    type: channel.type,
    flags: 0,
    guild_id: channel.guildId,
    parent_id: channel.parentId,
    name: channel.name,
    owner_id: thread.ownerId,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: channel.slowmodeS,
    message_count: thread.messageCount,
    total_message_sent: thread.messageCount,
    member_count: thread.members.size,
    applied_tags: thread.appliedTags,
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: thread.archiveTimestamp,
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: thread.createTimestamp,
      ...(channel.type === ChannelType.PrivateThread ? { invitable: thread.invitable } : {}),
    },
  };
}
