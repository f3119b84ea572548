import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
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
  #timer: Timer | undefined;
  #purging: Promise<void> | undefined;

  constructor(components: { db: Database; clock: Clock; logger: Logger }) {
    this.#components = components;
  }

  start(): void {
    this.#timer = this.#components.clock.after(purgeEveryMs, () => this.#tick(), { background: true });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#purging;
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

  #tick(): void {
    this.#purging = this.purge()
      .then(() => undefined)
      .catch((error: unknown) => this.#components.logger.warn({ err: error }, 'the journal was not purged'))
      .finally(() => this.start());
  }
}
