import type {
  GatewayVoiceServerUpdateDispatchData,
  GatewayVoiceState,
  GatewayVoiceStateUpdateData,
} from 'discord-api-types/v10';

/** Offered by src/discord: what services may know of Discord without knowing discord.js. */
export interface GuildDirectory {
  guilds(): { id: string; name: string }[];
  /** Undefined when it doesn't exist, or isn't a voice or stage channel the bot can know of. */
  voiceChannel(guildId: string, channelId: string): VoiceChannelView | undefined;
  /** Voice and stage channels that the bot can see, in Discord's order. */
  voiceChannels(guildId: string): VoiceChannelView[];
  /** Whether that person could join it themselves: they see it, and may connect. False where it doesn't exist. */
  mayJoin(guildId: string, channelId: string, person: PersonInGuild): boolean;
  /** False while the main gateway session is down. */
  connected(): boolean;
  botUserId(): string;
}

/** As an interaction names them: nobody else's roles are known for certain. */
export interface PersonInGuild {
  userId: string;
  /** Discord role ids. */
  roleIds: readonly string[];
  isGuildOwner: boolean;
}

export interface VoiceChannelView {
  id: string;
  guildId: string;
  guildName: string;
  /** For a channel that the bot can't see: its link, `<#id>`. */
  name: string;
  kind: 'voice' | 'stage';
  /** 0 = no limit */
  userLimit: number;
  memberCount: number;
  /** The bot's own rights here. */
  permissions: {
    view: boolean;
    connect: boolean;
    speak: boolean;
    moveMembers: boolean;
    muteMembers: boolean;
    requestToSpeak: boolean;
  };
  /** The bot is in this channel now. */
  botInside: boolean;
  botSuppressed: boolean;
}

/** Notices that people must have been able to read before something else happens. Mentions never notify anybody. */
export interface NoticeBoard {
  /** True once the notice is posted; never throws. */
  post(channelId: string, text: string): Promise<boolean>;
}

/** Facts about people; asks Discord for what isn't known, and remembers the answer. */
export interface PeopleDirectory {
  /** Also true when it can't be determined. */
  isBot(guildId: string, userId: string): Promise<boolean>;
}

/** A member's current rights in a guild, for actors whose rights come from that member (a token's maker). */
export interface MemberDirectory {
  /**
   * Undefined: no longer a member. Asks Discord at most once a minute for each member; while Discord doesn't answer,
   * the last answer is used for up to an hour. Throws DISCORD_MEMBER_UNKNOWN when there is none.
   */
  member(guildId: string, userId: string): Promise<MemberFacts | undefined>;
}

export interface MemberFacts {
  /** Discord role ids. */
  roleIds: readonly string[];
  isGuildOwner: boolean;
  /** Manage Server, or Administrator. */
  hasManageGuild: boolean;
}

/** The main gateway's half of a voice connection, bridged to the voice worker. */
export interface VoiceGateway {
  /**
   * One attachment per guild; a later one replaces the earlier. Events of the bot's own voice state and of the voice
   * server are passed on immediately.
   */
  attach(guildId: string, listener: VoiceGatewayListener): VoiceGatewayAttachment;
}

export interface VoiceGatewayListener {
  voiceState(state: GatewayVoiceState): void;
  voiceServer(server: GatewayVoiceServerUpdateDispatchData): void;
  /** The shard's session ended; a resume or a new session may follow. */
  gatewayLost(): void;
  /** The lost session resumed; events of the meantime follow or have already come. */
  gatewayResumed?(): void;
}

export interface VoiceGatewayAttachment {
  /** Op 4. False when the gateway can't take it now. */
  send(payload: GatewayVoiceStateUpdateData): boolean;
  detach(): void;
}

export interface VoiceListener {
  userId: string;
  /** They hear nothing: they, or a moderator, have deafened them. */
  deafened: boolean;
}

/** The people in voice channels, for relays that play only while somebody listens. */
export interface VoicePresence {
  /** Number of people in the channel, excluding members known to be bots. */
  listenerCount(guildId: string, channelId: string): number;
  /** The same people. */
  listeners(guildId: string, channelId: string): VoiceListener[];
  /** Called after somebody joined, left or moved in a guild. Returns the function that unsubscribes. */
  onChange(listener: (guildId: string) => void): () => void;
}

/** Raises a suppressed bot to speaker in a stage: unsuppress, else raise the hand. */
export interface StageSpeaker {
  speak(guildId: string, channelId: string): Promise<'speaking' | 'hand-raised' | 'refused'>;
}

/** The line below a voice channel's name. */
export interface ChannelStatusBoard {
  /** Undefined clears it. Does nothing where the bot lacks the right or the channel has no such line. */
  setStatus(guildId: string, channelId: string, text: string | undefined): Promise<void>;
}

/** Tells people in a channel something they didn't ask for just now. Mentions never notify anybody. */
export interface Announcer {
  announce(channelId: string, text: string): Promise<void>;
}
