import type { GuildDirectory } from '#contracts/discord.ts';
import { type GuildStandings, isServed } from '#contracts/guild-standing.ts';
import { inBackground } from '#core/background.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { shortId } from '#core/short-id.ts';
import { knownFacts } from '../source/known-facts.ts';
import type { PlayerStore, StoredPlayer } from '../tables/player-store.ts';
import { playerErrors } from './errors.ts';
import { GuildPlayer } from './guild-player.ts';
import type { PlayerChanges } from './player-changes.ts';
import type { PlayerSound, PlayerSoundInit } from './player-sound.ts';
import { QueueKeeper } from './queue-keeper.ts';
import { emptyQueue, inPhase, type Queue, type QueueItem } from './queue-model.ts';

const idLength = 10;

/** What a player's sound needs to know, besides what all have in common. */
export type NewSound = (
  init: Pick<PlayerSoundInit, 'playerId' | 'guildId' | 'title' | 'line' | 'resting' | 'onChange'>,
) => PlayerSound;

export interface PlayersComponents {
  store: PlayerStore;
  guilds: Pick<GuildDirectory, 'guilds'>;
  standings: Pick<GuildStandings, 'of'>;
  changes: PlayerChanges;
  newSound: NewSound;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface LivePlayer {
  player: GuildPlayer;
  /** As it was stored: its queue waits for the neighbour's programme that is restored with the relays. */
  waitedBehind?: boolean;
  /** While it is in a channel, or on its way there. */
  sound: PlayerSound | undefined;
}

/** The players of all guilds; each guild has at most one, for good. */
export class Players {
  readonly #components: PlayersComponents;
  readonly #playersMax: number;
  readonly #byGuild = new Map<string, LivePlayer>();

  constructor(components: PlayersComponents, init: { playersMax: number }) {
    this.#components = components;
    this.#playersMax = init.playersMax;
  }

  of(guildId: string): LivePlayer | undefined {
    return this.#byGuild.get(guildId);
  }

  all(): LivePlayer[] {
    return [...this.#byGuild.values()];
  }

  /** The guild's player; a new one where it had none. */
  ensure(guildId: string): LivePlayer {
    const known = this.#byGuild.get(guildId);
    if (known) return known;
    return this.#add(this.#new({ guildId, playerId: `p${this.newId()}` }, undefined));
  }

  /** Throws PLAYER_TOO_MANY where it doesn't sound and may not begin to. */
  requireRoom(live: LivePlayer | undefined): void {
    const running = this.all().filter(({ sound }) => sound);
    if (!live?.sound && running.length >= this.#playersMax)
      throw playerErrors.PLAYER_TOO_MANY({ playersMax: this.#playersMax });
  }

  /** Starts its sound, which relays find from then on. Throws PLAYER_TOO_MANY. */
  startSound(live: LivePlayer): void {
    if (live.sound) return;
    this.requireRoom(live);
    const { guildId, playerId, resting } = live.player;
    const { changes, guilds, newSound } = this.#components;
    const title = guilds.guilds().find(({ id }) => id === guildId)?.name ?? guildId;
    const onChange = () => changes.changed(guildId);
    live.sound = newSound({ playerId, guildId, title, line: live.player, resting, onChange });
    live.sound.start();
  }

  stopSound(live: LivePlayer, reason?: 'unserved'): void {
    live.sound?.stop(reason);
    live.sound = undefined;
  }

  /** Those of served guilds as they were when the process ended; those in a channel sound as soon as that is joined. */
  async restore(): Promise<void> {
    const { logger, standings, store } = this.#components;
    for (const stored of await store.players()) {
      const { guildId } = stored;
      if (!isServed(standings, guildId)) continue;
      const live = this.#byGuild.get(guildId) ?? this.#add(await this.#restored(stored));
      if (live.player.queue.phase === 'stopped') continue;
      try {
        this.startSound(live);
      } catch (err) {
        logger.warn({ err, guildId }, 'player not restored');
        await live.player.change(inPhase(live.player.queue, 'stopped'));
      }
    }
  }

  /** Positions are written, and sounds end; what people wanted is kept. */
  async stop(): Promise<void> {
    for (const live of this.all()) {
      this.stopSound(live);
      await live.player.keep();
    }
  }

  newId(): string {
    return shortId(this.#components.chance, idLength);
  }

  async #restored(stored: StoredPlayer): Promise<LivePlayer> {
    const { currentId, guildId, loop, phase, playerId, positionMs, resting } = stored;
    const items = await this.#components.store.items(guildId);
    const current = items.find(({ id }) => id === currentId);
    const upcoming = items.filter(({ id }) => id !== currentId);
    const queue: Queue = {
      ...emptyQueue,
      phase: phase === 'behind' ? 'stopped' : phase,
      loop,
      current,
      upcoming,
      positionMs: current ? positionMs : 0,
    };
    const keeper = new QueueKeeper(this.#components, { guildId, playerId }, items);
    const live = this.#new({ guildId, playerId, queue, resting }, keeper);
    return { ...live, waitedBehind: phase === 'behind' };
  }

  #new(
    init: { guildId: string; playerId: string; queue?: Queue; resting?: string | undefined },
    keeper: QueueKeeper | undefined,
  ): LivePlayer {
    const { guildId } = init;
    const components = {
      keeper: keeper ?? new QueueKeeper(this.#components, init),
      onChange: () => this.#components.changes.changed(guildId),
      onHeard: (item: QueueItem) => this.#remember(guildId, item),
    };
    return { player: new GuildPlayer(components, init), sound: undefined };
  }

  #add(live: LivePlayer): LivePlayer {
    this.#byGuild.set(live.player.guildId, live);
    return live;
  }

  #remember(guildId: string, { facts, source }: QueueItem): void {
    const { clock, logger, store } = this.#components;
    const kept = { source, facts: knownFacts(facts) };
    const remembered = store.addRecent(guildId, kept, clock.nowMs());
    void inBackground(logger, 'warn', remembered, 'what played is not remembered', { guildId });
  }
}
