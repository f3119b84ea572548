/**
 * What a guild is to this hub. `home`: of the community that hosts it. `served`: in use since before home guilds were
 * chosen, and nobody has chosen yet. `foreign`: any other that the bot was invited to; nothing is done there.
 */
export type Standing = 'home' | 'served' | 'foreign';

export interface GuildStandings {
  of(guildId: string): Standing;
  /** Guilds that this hub serves: the home guilds, and until they are chosen those in use. */
  homeGuildIds(): readonly string[];
  /** Who may choose: what a refused asker is told. */
  host(): HubHost;
}

/** Whose hub this is. */
export interface HubHost {
  community: string;
  /** Discord user ids. */
  operatorIds: readonly string[];
}
