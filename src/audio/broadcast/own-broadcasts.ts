import type { BroadcastCatalogue, Listener, OwnBroadcastInfo } from '#contracts/audio.ts';
import type { GuildStandings } from '#contracts/guild-standing.ts';
import { audioErrors } from '../errors.ts';
import type { Broadcast } from './broadcast.ts';

/** The broadcasts of this hub by their ids, and what each listener may know of them. */
export class OwnBroadcasts {
  readonly #standings: Pick<GuildStandings, 'of'>;
  readonly #broadcasts = new Map<string, Broadcast>();
  /** Those of players: heard under the same rules, but neither listed nor counted among those that people start. */
  readonly #players = new Map<string, Broadcast>();

  constructor({ standings }: { standings: Pick<GuildStandings, 'of'> }) {
    this.#standings = standings;
  }

  /** Without players. */
  get size(): number {
    return this.#broadcasts.size;
  }

  has(id: string): boolean {
    return this.#broadcasts.has(id) || this.#players.has(id);
  }

  /** Without players. */
  all(): Broadcast[] {
    return [...this.#broadcasts.values()];
  }

  add(broadcast: Broadcast): void {
    this.#broadcasts.set(broadcast.id, broadcast);
  }

  addPlayer(broadcast: Broadcast): void {
    this.#players.set(broadcast.id, broadcast);
  }

  /** Communities that hear any of them, players included. */
  peersHearing(): string[] {
    const all = [...this.#broadcasts.values(), ...this.#players.values()];
    return [...new Set(all.flatMap(({ peersHearing }) => peersHearing))];
  }

  playersOf(guildId: string): Broadcast[] {
    return [...this.#players.values()].filter((player) => player.info().guildId === guildId);
  }

  /** Only this object: another broadcast with the same id stays. */
  remove(broadcast: Broadcast): void {
    for (const map of [this.#broadcasts, this.#players])
      if (map.get(broadcast.id) === broadcast) map.delete(broadcast.id);
  }

  /** Without players. */
  heardBy(listener: Listener): Broadcast[] {
    return this.all().filter((broadcast) => this.mayHear(listener, broadcast.info()));
  }

  mayHear(
    listener: Listener,
    { audience, guildId, sharedWith }: Pick<OwnBroadcastInfo, 'audience' | 'guildId' | 'sharedWith'>,
  ): boolean {
    if ('peerId' in listener) return audience === 'neighbours' || sharedWith.includes(listener.peerId);
    if (listener.guildId === guildId) return true;
    return audience !== 'server' && this.#standings.of(listener.guildId) !== 'foreign';
  }

  /** Players included. */
  catalogueFor(listener: Listener): BroadcastCatalogue<OwnBroadcastInfo> {
    const peerId = 'peerId' in listener ? listener.peerId : undefined;
    return this.#catalogue((broadcast) => this.mayHear(listener, broadcast.info()), peerId);
  }

  /** All of them, players included, for callers that check each guild's right themselves. */
  catalogueOfAll(): BroadcastCatalogue<OwnBroadcastInfo> {
    return this.#catalogue(() => true);
  }

  /**
   * A broadcast that the guild may end and change; never a player. Throws AUDIO_UNKNOWN_BROADCAST, and
   * AUDIO_OF_ANOTHER_SERVER for one that it may only hear.
   */
  ofGuild(guildId: string, id: string): Broadcast {
    const broadcast = this.#broadcasts.get(id);
    const info = broadcast?.info();
    if (!broadcast || !info || !this.mayHear({ guildId }, info))
      throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: id });
    if (info.guildId !== guildId) throw audioErrors.AUDIO_OF_ANOTHER_SERVER({ broadcast: info.title });
    return broadcast;
  }

  #catalogue(
    isFor: (broadcast: Broadcast) => boolean,
    peerId?: string,
  ): BroadcastCatalogue<OwnBroadcastInfo> {
    return {
      list: () =>
        [...this.all(), ...this.#players.values()].filter(isFor).map((broadcast) => broadcast.info()),
      subscribe: (id, sink) => {
        const broadcast = this.#broadcasts.get(id) ?? this.#players.get(id);
        if (!broadcast || !isFor(broadcast)) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: id });
        return broadcast.subscribe(sink, () => isFor(broadcast), peerId);
      },
    };
  }
}
