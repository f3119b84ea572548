import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { Schema } from './tables/schema.ts';

const dayMs = 86_400_000;
/** Finished and missed runs are kept this long. */
export const runsKeptMs = 90 * dayMs;
/** Finished milestones are kept this long. */
export const milestonesKeptMs = 2 * 365 * dayMs;
const betweenRemovalsMs = dayMs;

/** Deletes old rows, once a day. */
export class Retention {
  readonly #components: { db: Kysely<Schema>; clock: Pick<Clock, 'nowMs' | 'monotonicMs'> };
  #removedAtMonotonicMs: number | undefined;

  constructor(components: { db: Kysely<Schema>; clock: Pick<Clock, 'nowMs' | 'monotonicMs'> }) {
    this.#components = components;
  }

  async removeOld(): Promise<void> {
    const { db, clock } = this.#components;
    const sinceMs = clock.monotonicMs() - (this.#removedAtMonotonicMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs < betweenRemovalsMs) return;
    this.#removedAtMonotonicMs = clock.monotonicMs();
    const runsBeforeMs = clock.nowMs() - runsKeptMs;
    await db
      .deleteFrom('schedule_slot')
      .where('recorded_at_ms', '<', runsBeforeMs)
      .where('act_at_ms', 'is', null)
      .execute();
    await db
      .deleteFrom('missed_run')
      .where('recorded_at_ms', '<', runsBeforeMs)
      .where('told', '=', 1)
      .execute();
    await db
      .deleteFrom('schedule')
      .where('next_slot_ms', 'is', null)
      .where('after_ms', '<', runsBeforeMs)
      .execute();
    await this.#removeMilestones(clock.nowMs() - milestonesKeptMs);
  }

  async #removeMilestones(beforeMs: number): Promise<void> {
    const { db } = this.#components;
    const old = db
      .selectFrom('milestone')
      .select('id')
      .where('state', '!=', 'open')
      .where('settled_at_ms', '<', beforeMs);
    await db.deleteFrom('milestone_post').where('milestone_id', 'in', old).execute();
    await db
      .deleteFrom('milestone')
      .where('state', '!=', 'open')
      .where('settled_at_ms', '<', beforeMs)
      .execute();
  }
}
