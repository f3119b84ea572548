import type { GuildSettings } from './actions/guild-settings.ts';
import type { Actor } from './actor.ts';

/** What guilds have decided, for services; loaded once and kept in memory. */
export interface GuildSettingsReader {
  of(guildId: string): GuildSettings;
  /** Called after a change. Returns the unsubscriber. */
  onChange(listener: (guildId: string) => void): () => void;
}

/** Absent: stays as it is. Null: takes the decision back. */
export type GuildDecision = {
  [Name in keyof Omit<GuildSettings, 'guildId'>]?: GuildSettings[Name] | null | undefined;
};

export interface GuildSettingsKeeper extends GuildSettingsReader {
  change(guildId: string, decision: GuildDecision, by: Actor): Promise<GuildSettings>;
}

/** The channel of each guild in which the bot says what needs a person. */
export interface NoticesChannels {
  /** Every guild that has one. */
  list(): Promise<{ guildId: string; channelId: string }[]>;
  /** Undefined: none from now on. Throws ALERTS_CHANNEL_CLOSED for one that the bot can't write in. */
  set(guildId: string, channelId: string | undefined, by: Actor): Promise<void>;
  /** Called after a change. Returns the unsubscriber. */
  onChange(listener: (guildId: string, channelId: string | undefined) => void): () => void;
}
