import type { HubHost, LiveStandings, Standing, StandingChange } from '#contracts/guild-standing.ts';
import type { FirstChoice, HomeGuildStore, KeptGuild, KeptStanding } from '#contracts/home-guild-store.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import { turns } from '#core/turns.ts';
import { homeErrors } from './errors.ts';
import { firstChoice } from './first-choice.ts';

/** Another process on the same database may have changed the home guilds. */
export const readAgainMs = 30_000;

export interface HomeGuildsComponents {
  store: HomeGuildStore;
  host: () => HubHost;
  clock: Clock;
  logger: Logger;
}

export interface HomeGuildsInit {
  /** `discord.guildIds`: where set, nothing else counts. */
  configured: readonly string[];
  /** Other processes work on the same database. */
  shared: boolean;
}

/** The guilds this hub serves. Until they are loaded, those that the configuration names, or none. */
export class HomeGuilds implements LiveStandings {
  readonly #components: HomeGuildsComponents;
  readonly #init: HomeGuildsInit;
  readonly #inTurn = turns();
  readonly #listeners = new Set<(change: StandingChange) => void>();
  #standings: ReadonlyMap<string, Standing>;
  #kept: readonly KeptGuild[] = [];
  #held: readonly string[] = [];
  #choice: FirstChoice | undefined;
  readonly #rereads: Rounds;

  constructor(components: HomeGuildsComponents, init: HomeGuildsInit) {
    this.#components = components;
    this.#init = init;
    this.#rereads = new Rounds(components, {
      everyMs: readAgainMs,
      run: () => this.#inTurn('', () => this.#read()),
      failed: (err) => components.logger.warn({ err }, 'home guilds could not be read'),
    });
    this.#standings = new Map(init.configured.map((guildId) => [guildId, 'home']));
  }

  get isConfigured(): boolean {
    return this.#init.configured.length > 0;
  }

  /** How the guilds it serves were decided; undefined before the first login. */
  get choice(): FirstChoice | undefined {
    return this.#choice;
  }

  of(guildId: string): Standing {
    return this.#standings.get(guildId) ?? 'foreign';
  }

  homeGuildIds(): readonly string[] {
    const home = this.#with('home');
    return home.length > 0 ? home : this.#with('served');
  }

  /** As stored, including former home guilds; none where the configuration names the home guilds. */
  kept(): readonly KeptGuild[] {
    return this.isConfigured ? [] : this.#kept;
  }

  /** In use, and waiting for an operator's choice. */
  undecidedGuildIds(): readonly string[] {
    return this.#with('served');
  }

  heldGuildIds(): readonly string[] {
    return this.#held;
  }

  host(): HubHost {
    return this.#components.host();
  }

  onChange(listener: (change: StandingChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads what was chosen in an earlier run. */
  async load(): Promise<void> {
    await this.#read();
    if (this.#init.shared) this.#rereads.beginLater();
  }

  stop(): void {
    void this.#rereads.stop();
  }

  /** Called after the login, with the guilds the bot is in: a hub without a choice makes its first one. */
  begin(joined: readonly string[]): Promise<void> {
    return this.#inTurn('', async () => {
      const { store, clock } = this.#components;
      const atMs = clock.nowMs();
      if (this.isConfigured) {
        if (this.#choice === undefined) await store.put([], { choice: 'configured', atMs });
        return this.#read();
      }
      const made = firstChoice({ joined, inUse: await store.inUse(), before: this.#choice });
      if (!made) return;
      const setBy = made.choice === 'in-use' ? 'system:update' : 'system:first-start';
      const { choice, guildIds, standing } = made;
      await store.put(
        guildIds.map((guildId) => ({ guildId, standing, setBy, setAtMs: atMs })),
        { choice, atMs },
      );
      await this.#read();
    });
  }

  /** Throws ACCESS_HOME_CONFIGURED. */
  requireChangeable(): void {
    if (this.isConfigured) throw homeErrors.ACCESS_HOME_CONFIGURED();
  }

  /**
   * Makes guilds home. With the first choice, guilds that are in use and weren't chosen are no longer served. Throws
   * ACCESS_HOME_CONFIGURED.
   */
  add(guildIds: readonly string[], setBy: string): Promise<void> {
    const dropped = () => this.undecidedGuildIds().filter((guildId) => !guildIds.includes(guildId));
    return this.#change(() => [...marked(guildIds, 'home'), ...marked(dropped(), 'former')], setBy);
  }

  /** Throws ACCESS_HOME_CONFIGURED, ACCESS_HOME_NOT_HOME. */
  remove(guildId: string, setBy: string): Promise<void> {
    return this.#change(() => {
      if (this.of(guildId) !== 'home') throw homeErrors.ACCESS_HOME_NOT_HOME({ guildId });
      return marked([guildId], 'former');
    }, setBy);
  }

  #change(rows: () => readonly Pick<KeptGuild, 'guildId' | 'standing'>[], setBy: string): Promise<void> {
    return this.#inTurn('', async () => {
      this.requireChangeable();
      const setAtMs = this.#components.clock.nowMs();
      await this.#components.store.put(rows().map((row) => ({ ...row, setBy, setAtMs })));
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const { store } = this.#components;
    const [{ firstChoice: choice, guilds }, withWork] = await Promise.all([store.read(), store.withWork()]);
    this.#choice = choice;
    this.#kept = guilds;
    const before = this.#standings;
    this.#standings = this.isConfigured ? before : standingsOf(guilds);
    this.#held = withWork.filter((guildId) => this.of(guildId) === 'foreign');
    for (const guildId of new Set([...before.keys(), ...this.#standings.keys()])) {
      const change = { guildId, from: before.get(guildId) ?? 'foreign', to: this.of(guildId) } as const;
      if (change.from !== change.to) this.#tell(change);
    }
  }

  #tell(change: StandingChange): void {
    this.#components.logger.info(change, 'what a guild is to this hub has changed');
    for (const listener of this.#listeners) listener(change);
  }

  #with(standing: Standing): string[] {
    return [...this.#standings].flatMap(([guildId, its]) => (its === standing ? [guildId] : []));
  }
}

function standingsOf(guilds: readonly KeptGuild[]): ReadonlyMap<string, Standing> {
  const served = guilds.flatMap(({ guildId, standing }) =>
    standing === 'former' ? [] : [[guildId, standing] as const],
  );
  return new Map(served);
}

function marked(guildIds: readonly string[], standing: KeptStanding) {
  return guildIds.map((guildId) => ({ guildId, standing }));
}
