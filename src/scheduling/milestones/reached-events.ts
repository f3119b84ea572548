import type { Kysely } from 'kysely';
import type { MilestoneReached } from '#contracts/chains.ts';
import type { Logger } from '#core/logger.ts';
import { notHeld } from '../held.ts';
import { listOf } from '../stored-texts.ts';
import type { Schema } from '../tables/schema.ts';

const eventsMax = 100;

export type ReachedListener = (event: MilestoneReached) => Promise<void>;

export interface ReachedEventsComponents {
  db: Kysely<Schema>;
  /** Guilds that are no longer served: their events wait. */
  heldGuildIds: () => readonly string[];
  logger: Logger;
}

/**
 * Notifies listeners that a milestone was reached, after that is durable. An event stays until every listener has taken
 * it, even over a restart, so a listener may get one again.
 */
export class ReachedEvents {
  readonly #components: ReachedEventsComponents;
  readonly #listeners = new Set<ReachedListener>();

  constructor(components: ReachedEventsComponents) {
    this.#components = components;
  }

  onReached(listener: ReachedListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** False: some listener failed and must be notified again. */
  async tellNew(): Promise<boolean> {
    const { db, logger } = this.#components;
    const rows = await db
      .selectFrom('milestone')
      .selectAll()
      .where('reached_untold', '=', 1)
      .$call(notHeld(this.#components.heldGuildIds()))
      .orderBy('settled_at_ms')
      .limit(eventsMax)
      .execute();
    let allTold = true;
    for (const row of rows) {
      try {
        const event = {
          guildId: row.guild_id,
          milestoneId: row.id,
          title: row.title,
          description: row.description,
          artifacts: listOf(row.artifacts),
        };
        for (const listener of this.#listeners) await listener(event);
        await db.updateTable('milestone').set({ reached_untold: 0 }).where('id', '=', row.id).execute();
      } catch (error) {
        allTold = false;
        logger.warn({ err: error, milestone: row.id }, 'not everyone could be told of a reached milestone');
      }
    }
    return allTold;
  }
}
