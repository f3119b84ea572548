/**
 * A stored decision about a guild. `home`: an operator, or the first start, chose it. `served`: in use when choosing
 * was introduced, and nobody has chosen yet. `former`: was one of both; its things are held, not deleted.
 */
export const keptStandings = ['home', 'served', 'former'] as const;
export type KeptStanding = (typeof keptStandings)[number];

export interface KeptGuild {
  guildId: string;
  standing: KeptStanding;
  /** `actorKey`, or `system:first-start`, `system:update`. */
  setBy: string;
  setAtMs: number;
}

/** How a hub that nobody had configured decided which guilds it serves. Made once. */
export const firstChoices = ['configured', 'one-guild', 'no-guild', 'several-guilds', 'in-use'] as const;
export type FirstChoice = (typeof firstChoices)[number];

/** Far above what one community has; `discord.guildIds` takes as many. */
export const homeGuildsMax = 1_000;

export interface HomeGuildStore {
  read(): Promise<{ firstChoice: FirstChoice | undefined; guilds: KeptGuild[] }>;
  /** Adds or replaces by guild, all or none. Throws STORAGE_LIMIT_REACHED above `homeGuildsMax`. */
  put(guilds: readonly KeptGuild[], firstChoice?: { choice: FirstChoice; atMs: number }): Promise<void>;
  /** Guilds with a grant, relay, broadcast, target, schedule, chain, token or panel. */
  inUse(): Promise<string[]>;
  /** All guilds that have anything stored which runs automatically: it must be held where it is no longer wanted. */
  withWork(): Promise<string[]>;
}
