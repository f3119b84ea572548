/**
 * How a guild relates to this hub. `home`: it belongs to the community that hosts the hub. `served`: in use since
 * before home guilds were chosen, and nobody has chosen yet. `foreign`: any other guild that the bot was invited to;
 * nothing is done there.
 */
export type Standing = 'home' | 'served' | 'foreign';

export interface GuildStandings {
  of(guildId: string): Standing;
  /** Guilds that this hub serves: the home guilds, and until they are chosen those in use. */
  homeGuildIds(): readonly string[];
  /** The people who may choose; a refusal names them. */
  host(): HubHost;
}

/** The people whose hub this is. */
export interface HubHost {
  community: string;
  operators: readonly OperatorPerson[];
}

/** One of the people who host the hub. */
export interface OperatorPerson {
  /** Discord's. */
  userId: string;
  /** The name Discord shows; absent where only the configuration names them. */
  name?: string;
}

export interface StandingChange {
  guildId: string;
  from: Standing;
  to: Standing;
}

/** For services that keep something running in a guild. */
export interface LiveStandings extends GuildStandings {
  /** Guilds that are no longer served but have things kept; what would run automatically waits there. */
  heldGuildIds(): readonly string[];
  /** Called after the change takes effect. Returns the function that unsubscribes. */
  onChange(listener: (change: StandingChange) => void): () => void;
}

export function isServed(standings: Pick<GuildStandings, 'of'>, guildId: string): boolean {
  return standings.of(guildId) !== 'foreign';
}

/** Most names in a sentence; a team may be larger. */
const namedMax = 3;

/** Names the operators: "Ada or Noor"; a general phrase while Discord hasn’t named them. */
export function hostWords({ operators }: Pick<HubHost, 'operators'>): string {
  const named = operators.flatMap(({ name }) => name ?? []).slice(0, namedMax);
  return named.length > 0 ? named.join(' or ') : 'the people who host the bot';
}
