import type { LiveStandings, Standing, StandingChange } from '#contracts/guild-standing.ts';
import type { Hosting } from '#contracts/hosting.ts';

/** A hub whose guilds are all `standing`, until a test says otherwise of one. */
export function standingsOf(standing: Standing | ((guildId: string) => Standing)): TestStandings {
  return new TestStandings(standing);
}

export class TestStandings implements LiveStandings {
  readonly #usual: (guildId: string) => Standing;
  readonly #set = new Map<string, Standing>();
  readonly #listeners = new Set<(change: StandingChange) => void>();

  constructor(usual: Standing | ((guildId: string) => Standing)) {
    this.#usual = typeof usual === 'string' ? () => usual : usual;
  }

  of(guildId: string): Standing {
    return this.#set.get(guildId) ?? this.#usual(guildId);
  }

  /** As an operator's choice. */
  set(guildId: string, to: Standing): void {
    const from = this.of(guildId);
    this.#set.set(guildId, to);
    if (from !== to) for (const listener of this.#listeners) listener({ guildId, from, to });
  }

  homeGuildIds(): string[] {
    return [...this.#set].flatMap(([guildId, standing]) => (standing === 'home' ? [guildId] : []));
  }

  heldGuildIds(): string[] {
    return [...this.#set].flatMap(([guildId, standing]) => (standing === 'foreign' ? [guildId] : []));
  }

  host() {
    return { community: 'Ours', operators: [{ userId: '900', name: 'Ada' }] };
  }

  onChange(listener: (change: StandingChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** For the Discord door: nobody is an operator but `operatorIds`. */
export function hostingOf(standings: LiveStandings, operatorIds: readonly string[] = []): Hosting {
  return {
    standings,
    operators: {
      isOperator: (userId) => operatorIds.includes(userId),
      people: () => operatorIds.map((userId) => ({ userId })),
    },
    loggedIn: async () => undefined,
  };
}

export const homeEverywhere = standingsOf('home');
