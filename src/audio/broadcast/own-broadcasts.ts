import type { BroadcastCatalogue, Listener, OwnBroadcastInfo } from '#contracts/audio.ts';
import type { GuildStandings } from '#contracts/guild-standing.ts';
import { audioErrors } from '../errors.ts';
import type { Broadcast } from './broadcast.ts';

/** The broadcasts of this hub by their ids, and what each listener may know of them. */
export class OwnBroadcasts {
  readonly #standings: Pick<GuildStandings, 'of'>;
  readonly #broadcasts = new Map<string, Broadcast>();

  constructor({ standings }: { standings: Pick<GuildStandings, 'of'> }) {
    this.#standings = standings;
  }

  get size(): number {
    return this.#broadcasts.size;
  }

  has(id: string): boolean {
    return this.#broadcasts.has(id);
  }

  get(id: string): Broadcast | undefined {
    return this.#broadcasts.get(id);
  }

  all(): Broadcast[] {
    return [...this.#broadcasts.values()];
  }

  add(broadcast: Broadcast): void {
    this.#broadcasts.set(broadcast.id, broadcast);
  }

  /** Only this object: another broadcast with the same id stays. */
  remove(broadcast: Broadcast): void {
    if (this.#broadcasts.get(broadcast.id) === broadcast) this.#broadcasts.delete(broadcast.id);
  }

  heardBy(listener: Listener): Broadcast[] {
    return this.all().filter((broadcast) => this.mayHear(listener, broadcast.info()));
  }

  mayHear(
    listener: Listener,
    { audience, guildId }: Pick<OwnBroadcastInfo, 'audience' | 'guildId'>,
  ): boolean {
    if (listener === 'neighbour') return audience === 'neighbours';
    if (listener.guildId === guildId) return true;
    return audience !== 'server' && this.#standings.of(listener.guildId) !== 'foreign';
  }

  catalogueFor(listener: Listener): BroadcastCatalogue<OwnBroadcastInfo> {
    return this.#catalogue((broadcast) => this.mayHear(listener, broadcast.info()));
  }

  /** All of them, for callers that check each guild's right themselves. */
  catalogueOfAll(): BroadcastCatalogue<OwnBroadcastInfo> {
    return this.#catalogue(() => true);
  }

  /**
   * A broadcast that the guild may end and change. Throws AUDIO_UNKNOWN_BROADCAST, and AUDIO_OF_ANOTHER_SERVER for one
   * that it may only hear.
   */
  ofGuild(guildId: string, id: string): Broadcast {
    const broadcast = this.#broadcasts.get(id);
    const info = broadcast?.info();
    if (!broadcast || !info || !this.mayHear({ guildId }, info))
      throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: id });
    if (info.guildId !== guildId) throw audioErrors.AUDIO_OF_ANOTHER_SERVER({ broadcast: info.title });
    return broadcast;
  }

  #catalogue(isFor: (broadcast: Broadcast) => boolean): BroadcastCatalogue<OwnBroadcastInfo> {
    return {
      list: () =>
        this.all()
          .filter(isFor)
          .map((broadcast) => broadcast.info()),
      subscribe: (id, sink) => {
        const broadcast = this.#broadcasts.get(id);
        if (!broadcast || !isFor(broadcast)) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: id });
        return broadcast.subscribe(sink, () => isFor(broadcast));
      },
    };
  }
}
