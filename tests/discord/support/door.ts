import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground, WorldSeed } from '@guildmesh/local-discord/contract';
import { commands } from '#commands/index.ts';
import type { Command } from '#contracts/command.ts';
import type { GuildArrivals } from '#contracts/guild-arrivals.ts';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import { systemChance } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { Secret } from '#core/secret.ts';
import { createDiscord, type Discord, type DiscordInit } from '#discord/discord.ts';
import { hostingOf, standingsOf } from '../../support/standings.ts';
import { RecordingProxy } from './recording-proxy.ts';
import { botToken, home, type Person, people, seed } from './seed.ts';
import { Services } from './services.ts';
import { SkippingClock } from './skipping-clock.ts';

export interface DoorInit extends Partial<DiscordInit> {
  /** People who host the hub. */
  operators?: readonly Person[];
  seed?: WorldSeed;
  commands?: readonly Command[];
}

/** The real Discord door against a real local Discord, with small services behind it. */
export class Door {
  readonly services = new Services();
  /** Real time, with leaps. */
  readonly clock = new SkippingClock();
  readonly log: string[] = [];
  readonly fatal: GuildmeshError[] = [];
  readonly keyValueStore: KeyValueStore;
  readonly intents = intentsInMemory();
  /** Guilds that were met, and whether they were greeted; the first login meets those of the seed. */
  readonly met = new Map<string, boolean>();
  /** All guilds of the seed are home until a test says otherwise. */
  readonly standings = standingsOf('home');
  discord: Discord;
  readonly playground: Playground;
  readonly proxy: RecordingProxy;
  /** What a test provokes on purpose. */
  expectedViolation: RegExp | undefined;
  readonly #folder: string;
  #init: DoorInit;

  static async open(init: DoorInit = {}): Promise<Door> {
    const door = await Door.closed(init);
    await door.discord.start?.(AbortSignal.timeout(20_000));
    return door;
  }

  /** Everything but the login. */
  static async closed(init: DoorInit = {}): Promise<Door> {
    const folder = await mkdtemp(join(tmpdir(), 'guildmesh-door-'));
    const playground = createPlayground({ seed: init.seed ?? seed(), stateDirectory: folder });
    await playground.start();
    const proxy = new RecordingProxy(playground.apiUrl);
    await proxy.start();
    return new Door(folder, playground, proxy, init);
  }

  private constructor(folder: string, playground: Playground, proxy: RecordingProxy, init: DoorInit) {
    this.#folder = folder;
    this.#init = init;
    this.playground = playground;
    this.proxy = proxy;
    this.keyValueStore = asyncStore(new Map());
    this.discord = this.#build();
  }

  /** Ends the hub's side and starts it again, with the same store. */
  async restart(change: Pick<DoorInit, 'guildIds' | 'commandScope'> = {}): Promise<void> {
    await this.discord.stop?.();
    this.#init = { ...this.#init, ...change };
    this.discord = this.#build();
    await this.discord.start?.(AbortSignal.timeout(20_000));
  }

  #build(): Discord {
    const {
      guildIds = [],
      commandScope = 'guild',
      leaveOtherGuilds = false,
      token = new Secret(botToken),
      apiUrl,
    } = this.#init;
    return createDiscord(
      {
        perform: () => this.services.perform,
        commands: this.#init.commands ?? commands,
        clock: this.clock,
        chance: systemChance(),
        logger: createLogger({
          level: 'debug',
          scrubber: new Scrubber(),
          write: (line) => this.log.push(line),
        }),
        store: this.keyValueStore,
        hosting: hostingOf(
          this.standings,
          (this.#init.operators ?? []).map((person) => people[person]),
        ),
        arrivals: arrivalsIn(this.met),
        panelChanges: [this.services.publishing, this.services.player],
        intents: this.intents,
        onFatal: (error) => this.fatal.push(error),
      },
      { token, apiUrl: apiUrl ?? this.proxy.apiUrl, guildIds, commandScope, leaveOtherGuilds },
    );
  }

  as(person: Person, guildId: string = home): MemberSession {
    return this.playground.as(people[person], guildId);
  }

  /** Lines of the log with this message. */
  logged(message: string): Record<string, unknown>[] {
    return this.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);
  }

  async close(): Promise<void> {
    await this.discord.drain?.(AbortSignal.timeout(5_000));
    await this.discord.stop?.();
    await this.proxy.stop();
    await this.playground.stop();
    await rm(this.#folder, { recursive: true, force: true });
    const violations = this.playground.violations.filter(
      ({ problem }) => !this.expectedViolation?.test(problem),
    );
    if (violations.length > 0) throw new Error(`Discord would refuse: ${JSON.stringify(violations)}`);
  }
}

/** The rules of src/access/guilds: guilds of a first login count as greeted, those that come later don't. */
function arrivalsIn(met: Map<string, boolean>): GuildArrivals {
  let isFirst = met.size === 0;
  return {
    async loggedIn(joined) {
      for (const { id } of joined) if (!met.has(id)) met.set(id, isFirst);
      isFirst = false;
    },
    joined: async (guildId) => void (met.has(guildId) || met.set(guildId, false)),
    async claimHello(guildId) {
      if (met.get(guildId) !== false) return false;
      met.set(guildId, true);
      return true;
    },
  };
}

function intentsInMemory(): IntentStore & { kept: Map<string, Intent> } {
  const kept = new Map<string, Intent>();
  return {
    kept,
    list: async (kind) => [...kept.values()].filter((intent) => intent.kind === kind),
    put: async (intent) => void kept.set(`${intent.kind} ${intent.key}`, structuredClone(intent)),
    remove: async (kind, key) => void kept.delete(`${kind} ${key}`),
  };
}

function asyncStore(map: Map<string, unknown>): KeyValueStore {
  return {
    get: async (key: string) => map.get(key),
    set: async (key: string, value: unknown) => map.set(key, value),
    delete: async (key: string) => map.delete(key),
  };
}
