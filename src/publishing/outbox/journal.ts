import type { Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import type { Database } from './delivery.ts';

/** Attempts of settled deliveries are kept for this long. */
export const attemptLifeMs = 90 * 24 * 60 * 60 * 1_000;
/** Above this number, the oldest of settled deliveries are deleted sooner. */
export const attemptRowsMax = 500_000;
/** Deleted at once: few enough to take no noticeable time. */
export const attemptPurgeMax = 2_000;
const purgeEveryMs = 60 * 60 * 1_000;

/** Keeps the attempt journal within its limits. Rows that a delivery still needs are never deleted. */
export class JournalKeeper implements Startable {
  readonly name = 'outbox journal';
  readonly #components: { db: Database; clock: Clock; logger: Logger };
  readonly #purges: Rounds;

  constructor(components: { db: Database; clock: Clock; logger: Logger }) {
    this.#components = components;
    this.#purges = new Rounds(components, {
      everyMs: purgeEveryMs,
      run: () => this.purge(),
      failed: (err) => components.logger.warn({ err }, 'the journal was not purged'),
    });
  }

  start(): void {
    this.#purges.beginLater();
  }

  stop(): Promise<void> {
    return this.#purges.stop();
  }

  /** Number of deleted rows, at most `attemptPurgeMax` of each kind. */
  async purge(rowsMax = attemptRowsMax): Promise<number> {
    const { db, clock } = this.#components;
    const { count } = await db
      .selectFrom('delivery_attempt')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const expired = await this.#remove(attemptPurgeMax, clock.nowMs() - attemptLifeMs);
    const surplus = count - expired - rowsMax;
    return surplus <= 0 ? expired : expired + (await this.#remove(Math.min(surplus, attemptPurgeMax)));
  }

  async #remove(limit: number, beforeMs?: number): Promise<number> {
    const { db } = this.#components;
    const oldest = db
      .selectFrom('delivery_attempt as a')
      .innerJoin('delivery as d', 'd.id', 'a.delivery_id')
      .select('a.id')
      .where('d.state', 'in', ['done', 'cancelled', 'discarded'])
      .$if(beforeMs !== undefined, (query) => query.where('a.at_ms', '<=', beforeMs ?? 0))
      .orderBy('a.at_ms')
      .limit(limit);
    const result = await db.deleteFrom('delivery_attempt').where('id', 'in', oldest).executeTakeFirst();
    return Number(result.numDeletedRows);
  }
}
