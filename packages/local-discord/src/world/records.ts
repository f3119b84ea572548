/** What the playground remembers. Wire payloads are made of these in `views.ts`. */
import type {
  APIRole,
  APIStageInstance,
  APIUser,
  APIVoiceState,
  ChannelType,
  ThreadAutoArchiveDuration,
} from 'discord-api-types/v10';
import type { ApplicationSeed } from '../contract.ts';

export interface BotRecord {
  id: string;
  token: string;
  privilegedIntents: boolean;
  application: ApplicationSeed;
  user: APIUser;
}

export interface GuildRecord {
  id: string;
  name: string;
  ownerId: string;
  systemChannelId: string | null;
  roles: Map<string, APIRole>;
  /** Threads included. */
  channels: Map<string, ChannelRecord>;
  /** Bots included. */
  members: Map<string, MemberRecord>;
  botIds: Set<string>;
  /** By user id; only of users who are in a voice channel. */
  voiceStates: Map<string, GuildVoiceState>;
  /** By channel id. */
  stages: Map<string, StageRecord>;
}

/** Without an event Discord says so by null, not by leaving the field out. */
export type StageRecord = Omit<APIStageInstance, 'guild_scheduled_event_id'> & {
  guild_scheduled_event_id: string | null;
};

/** `member` is added when the state is sent. */
export type GuildVoiceState = Omit<APIVoiceState, 'member'> & { guild_id: string; channel_id: string };

export interface MemberRecord {
  userId: string;
  roleIds: string[];
  nick: string | null;
  joinedAt: string;
  timeoutUntil: string | null;
  mute: boolean;
  deaf: boolean;
}

export interface Overwrite {
  id: string;
  /** 0 role, 1 member */
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface ChannelRecord {
  id: string;
  guildId: string;
  type: ChannelType;
  name: string;
  position: number;
  parentId: string | null;
  topic: string | null;
  nsfw: boolean;
  slowmodeS: number;
  userLimit: number;
  bitrate: number;
  overwrites: Overwrite[];
  lastMessageId: string | null;
  voiceStatus: string | null;
  tags: ForumTag[];
  /** Only for a forum: a post needs one of its tags. */
  requiresTag: boolean;
  thread?: ThreadRecord;
}

export interface ForumTag {
  id: string;
  name: string;
  moderated: boolean;
  emoji_id: string | null;
  emoji_name: string | null;
}

export interface ThreadRecord {
  ownerId: string;
  archived: boolean;
  archiveTimestamp: string;
  createTimestamp: string;
  autoArchiveMinutes: ThreadAutoArchiveDuration;
  locked: boolean;
  invitable: boolean;
  messageCount: number;
  appliedTags: string[];
  /** User id to the time of joining. */
  members: Map<string, string>;
}
