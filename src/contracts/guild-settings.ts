import type { GuildSettings } from './actions/guild-settings.ts';

/** What guilds have decided, for services; loaded once and kept in memory. */
export interface GuildSettingsReader {
  of(guildId: string): GuildSettings;
  /** Called after a change. Returns the unsubscriber. */
  onChange(listener: (guildId: string) => void): () => void;
}
