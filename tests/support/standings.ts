import type { GuildStandings, Standing } from '#contracts/guild-standing.ts';

/** A hub whose guilds are all `standing`. */
export function standingsOf(standing: Standing | ((guildId: string) => Standing)): GuildStandings {
  return {
    of: (guildId) => (typeof standing === 'string' ? standing : standing(guildId)),
    homeGuildIds: () => [],
    host: () => ({ community: 'Ours', operatorIds: ['900'] }),
  };
}

export const homeEverywhere = standingsOf('home');
