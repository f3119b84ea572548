import { type Actor, actorKey } from '#contracts/actor.ts';
import type { CardBoard } from '#contracts/cards.ts';
import type { NoticesChannels } from '#contracts/guild-settings.ts';
import type { Clock } from '#core/clock.ts';
import type { AlertStore } from './alert-store.ts';
import { alertErrors } from './errors.ts';

export interface AlertPlacesComponents {
  store: AlertStore;
  board: Pick<CardBoard, 'mayPost'>;
  /** Called after each change. */
  changed: () => void;
  clock: Pick<Clock, 'nowMs'>;
}

/** The only writer of where a guild's alerts go: `/alerts` and the guild's settings show and change the same channel. */
export class AlertPlaces implements NoticesChannels {
  readonly #components: AlertPlacesComponents;
  readonly #listeners = new Set<(guildId: string, channelId: string | undefined) => void>();

  constructor(components: AlertPlacesComponents) {
    this.#components = components;
  }

  list(): Promise<{ guildId: string; channelId: string }[]> {
    return this.#components.store.channels();
  }

  async set(guildId: string, channelId: string | undefined, by: Actor): Promise<void> {
    const { store, board, changed, clock } = this.#components;
    if (channelId === undefined) await store.unsetChannel(guildId);
    else if (board.mayPost(guildId, channelId))
      await store.setChannel(guildId, channelId, actorKey(by), clock.nowMs());
    else throw alertErrors.ALERTS_CHANNEL_CLOSED();
    changed();
    for (const listener of this.#listeners) listener(guildId, channelId);
  }

  onChange(listener: (guildId: string, channelId: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
