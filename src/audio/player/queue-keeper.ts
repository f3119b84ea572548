import type { Logger } from '#core/logger.ts';
import { knownFacts } from '../source/known-facts.ts';
import type { PlayerStore, StoredItem, StoredPlayer } from '../tables/player-store.ts';
import { placesFor } from './places.ts';
import { allOf, type Queue, type QueueItem } from './queue-model.ts';

/** A position is stored this often while it plays. */
const positionEveryMs = 5_000;

export interface QueueKeeperComponents {
  store: Pick<PlayerStore, 'write' | 'setPosition'>;
  logger: Logger;
}

export interface KeptQueue {
  queue: Queue;
  resting: string | undefined;
  /** It waits for a neighbour's programme. */
  behind: boolean;
}

interface Place {
  itemId: string;
  positionMs: number;
}

/** Writes the queue of one player as it changes: the latest wins, and what failed is written with the next change. */
export class QueueKeeper {
  readonly #components: QueueKeeperComponents;
  readonly #identity: Pick<StoredPlayer, 'guildId' | 'playerId'>;
  #stored = new Map<string, { place: number; facts: QueueItem['facts'] }>();
  #next: KeptQueue | undefined;
  #nextPlace: Place | undefined;
  #writing: Promise<void> | undefined;
  /** As it was last written, or is to be. */
  #place: Place | undefined;

  constructor(
    components: QueueKeeperComponents,
    identity: Pick<StoredPlayer, 'guildId' | 'playerId'>,
    stored: readonly StoredItem[] = [],
  ) {
    this.#components = components;
    this.#identity = identity;
    for (const { id, place, facts } of stored) this.#stored.set(id, { place, facts });
  }

  /** Resolves once it is written, or couldn't be. */
  save(kept: KeptQueue): Promise<void> {
    this.#next = kept;
    // A queue brings its place along, and it is newer.
    this.#nextPlace = undefined;
    return this.#write();
  }

  /** Resolves once all is written, or couldn't be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Called again and again while it is heard; writes every 5 s, or at once if `now`. */
  position({ current, positionMs }: Queue, now = false): void {
    if (!current) return;
    const before = this.#place?.itemId === current.id ? this.#place.positionMs : 0;
    if (!now && Math.abs(positionMs - before) < positionEveryMs) return;
    this.#place = { itemId: current.id, positionMs };
    this.#nextPlace = this.#place;
    void this.#write();
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** One after another: an older place never replaces a newer one. */
  async #writeAll(): Promise<void> {
    while (this.#next || this.#nextPlace) {
      const [kept, place] = [this.#next, this.#nextPlace];
      this.#next = undefined;
      this.#nextPlace = undefined;
      if (kept) await this.#writeQueue(kept).catch((err: unknown) => this.#complain(err));
      if (place) await this.#writePlace(place).catch((err: unknown) => this.#complain(err));
    }
  }

  async #writePlace({ itemId, positionMs }: Place): Promise<void> {
    await this.#components.store.setPosition(this.#identity.guildId, itemId, positionMs);
  }

  async #writeQueue({ behind, queue, resting }: KeptQueue): Promise<void> {
    const items = allOf(queue);
    const places = placesFor(
      items.map(({ id }) => id),
      new Map([...this.#stored].map(([id, { place }]) => [id, place])),
    );
    const all = items.map(
      (item): StoredItem => ({ ...item, facts: knownFacts(item.facts), place: places.get(item.id) ?? 0 }),
    );
    const put = all.filter(({ id, place, facts }) => {
      const before = this.#stored.get(id);
      return before?.place !== place || JSON.stringify(before.facts) !== JSON.stringify(facts);
    });
    const remove = [...this.#stored.keys()].filter((id) => !places.has(id));
    const { loop, positionMs } = queue;
    const phase = behind ? ('behind' as const) : queue.phase;
    const player = { ...this.#identity, phase, loop, resting, currentId: queue.current?.id, positionMs };
    await this.#components.store.write({ player, put, remove });
    this.#stored = new Map(all.map(({ id, place, facts }) => [id, { place, facts }]));
  }

  #complain(err: unknown): void {
    const { guildId } = this.#identity;
    this.#components.logger.warn({ err, guildId }, 'queue of a player not written');
  }
}
