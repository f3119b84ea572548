import type {
  GatewayVoiceServerUpdateDispatchData,
  GatewayVoiceState,
  GatewayVoiceStateUpdateData,
} from 'discord-api-types/v10';

/** Offered by src/discord; what services may know of Discord without knowing discord.js. */
export interface GuildDirectory {
  guilds(): { id: string; name: string }[];
  /** Undefined when it doesn't exist or isn't a voice or stage channel the bot can know of. */
  voiceChannel(guildId: string, channelId: string): VoiceChannelView | undefined;
  /** False while the main gateway session is down. */
  connected(): boolean;
  botUserId(): string;
}

export interface VoiceChannelView {
  id: string;
  guildId: string;
  guildName: string;
  /** Of a channel that the bot can't see its link, `<#id>`. */
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

/** For what people must have been able to read before something else happens. Mentions never fire. */
export interface NoticeBoard {
  /** True once it stands there; never throws. */
  post(channelId: string, text: string): Promise<boolean>;
}

/** Who people are, where that matters; asks Discord when it isn't known, and remembers. */
export interface PeopleDirectory {
  /** Also true when it can't be found out. */
  isBot(guildId: string, userId: string): Promise<boolean>;
}

/** What a member of a guild holds there now, for whoever acts by something that member made. */
export interface MemberDirectory {
  /**
   * Undefined: no member any more. Asks Discord at most once a minute for each; while Discord doesn't answer the last
   * answer counts for an hour. Throws DISCORD_MEMBER_UNKNOWN when there is none.
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
   * One attachment per guild; a later one replaces the earlier. Events of the bot's own voice state and of the
   * voice server are passed on as they come.
   */
  attach(guildId: string, listener: VoiceGatewayListener): VoiceGatewayAttachment;
}

export interface VoiceGatewayListener {
  voiceState(state: GatewayVoiceState): void;
  voiceServer(server: GatewayVoiceServerUpdateDispatchData): void;
  /** The shard's session ended; a resume or a new session may follow. */
  gatewayLost(): void;
  /** The lost session goes on; events of the time between follow or have come. */
  gatewayResumed?(): void;
}

export interface VoiceGatewayAttachment {
  /** Op 4. False when the gateway can't take it now. */
  send(payload: GatewayVoiceStateUpdateData): boolean;
  detach(): void;
}

/** Who is in voice channels, for relays that play only to somebody. */
export interface VoicePresence {
  /** People in the channel: everybody but bots, as far as Discord has told which are. */
  listenerCount(guildId: string, channelId: string): number;
  /** Called after somebody came, went or moved in a guild. Returns the function that unsubscribes. */
  onChange(listener: (guildId: string) => void): () => void;
}

/** Raises a suppressed bot to speaker in a stage: unsuppress, else raise the hand. */
export interface StageSpeaker {
  speak(guildId: string, channelId: string): Promise<'speaking' | 'hand-raised' | 'refused'>;
}

/** The line below a voice channel's name. */
export interface ChannelStatusBoard {
  /** Undefined clears it. Does nothing where the bot may not or the channel has none. */
  setStatus(guildId: string, channelId: string, text: string | undefined): Promise<void>;
}

/** Tells people in a channel something they didn't ask for just now. Mentions never fire. */
export interface Announcer {
  announce(channelId: string, text: string): Promise<void>;
}
