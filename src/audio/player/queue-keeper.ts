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
}

/** Writes the queue of one player as it changes: the latest wins, and what failed is written with the next change. */
export class QueueKeeper {
  readonly #components: QueueKeeperComponents;
  readonly #identity: Pick<StoredPlayer, 'guildId' | 'playerId'>;
  #stored = new Map<string, { place: number; facts: QueueItem['facts'] }>();
  #next: KeptQueue | undefined;
  #writing: Promise<void> | undefined;
  #position: { itemId: string; positionMs: number } | undefined;

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
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Called with each second that is heard; writes every 5 s, or at once if `now`. */
  position({ current, positionMs }: Queue, now = false): void {
    if (!current) return;
    const before = this.#position?.itemId === current.id ? this.#position.positionMs : 0;
    const movedMs = Math.abs(positionMs - before);
    if (movedMs === 0 || (!now && movedMs < positionEveryMs)) return;
    this.#position = { itemId: current.id, positionMs };
    const { store } = this.#components;
    store.setPosition(this.#identity.guildId, current.id, positionMs).catch((err) => this.#complain(err));
  }

  async #writeAll(): Promise<void> {
    for (let kept = this.#next; kept; kept = this.#next) {
      this.#next = undefined;
      try {
        await this.#write(kept);
      } catch (err) {
        this.#complain(err);
      }
    }
  }

  async #write({ queue, resting }: KeptQueue): Promise<void> {
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
    const { loop, phase, positionMs } = queue;
    const player = { ...this.#identity, phase, loop, resting, currentId: queue.current?.id, positionMs };
    await this.#components.store.write({ player, put, remove });
    this.#stored = new Map(all.map(({ id, place, facts }) => [id, { place, facts }]));
  }

  #complain(err: unknown): void {
    const { guildId } = this.#identity;
    this.#components.logger.warn({ err, guildId }, 'queue of a player not written');
  }
}
