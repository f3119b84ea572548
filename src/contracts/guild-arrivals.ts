export interface ArrivedGuild {
  id: string;
  /** When the bot was invited, by Discord's clock; undefined while Discord can't tell. */
  joinedAtMs: number | undefined;
}

/** The guilds that this hub has met. */
export interface GuildArrivals {
  /** Called after each login with the guilds that the bot is in. */
  loggedIn(joined: readonly ArrivedGuild[]): Promise<void>;
  /** The bot was invited while it is running. */
  joined(guildId: string): Promise<void>;
  /** True once in a guild's life, for one caller: the hello of this guild is to be said now. */
  claimHello(guildId: string): Promise<boolean>;
}
