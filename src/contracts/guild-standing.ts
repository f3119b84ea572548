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
  operators: readonly OperatorPerson[];
}

/** One of the people who host the hub. */
export interface OperatorPerson {
  /** Discord's. */
  userId: string;
  /** What Discord shows of them; absent where only the configuration names them. */
  name?: string;
}

export interface StandingChange {
  guildId: string;
  from: Standing;
  to: Standing;
}

/** For services that keep something running in a guild. */
export interface LiveStandings extends GuildStandings {
  /** Guilds that are served no longer and that something is kept of: what goes on by itself waits there. */
  heldGuildIds(): readonly string[];
  /** Told after it counts. Returns the function that unsubscribes. */
  onChange(listener: (change: StandingChange) => void): () => void;
}

export function isServed(standings: Pick<GuildStandings, 'of'>, guildId: string): boolean {
  return standings.of(guildId) !== 'foreign';
}

/** In a sentence; a team may be larger. */
const namedMax = 3;

/** "Ada or Noor"; whoever it is, where Discord has not said yet. */
export function hostWords({ operators }: Pick<HubHost, 'operators'>): string {
  const named = operators.slice(0, namedMax).map(({ name, userId }) => name ?? `the user ${userId}`);
  return named.length > 0 ? named.join(' or ') : 'whoever hosts the bot';
}
