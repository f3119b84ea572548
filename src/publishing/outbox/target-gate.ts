import { transact } from '#storage/transaction.ts';
import type { OutboxTables, TargetPauseTable } from '../tables/outbox.ts';
import { nextMonthAtMs, reserve, spentMicros } from './budget.ts';
import { type Claimed, type Database, nothingLanded, type Tx } from './delivery.ts';

export interface TargetGateComponents {
  db: Database;
  /** What the target may spend in a calendar month (UTC), millionths of a US dollar; undefined: no limit set. */
  budgetMicros(targetId: string): Promise<number | undefined>;
  /**
   * Stores, in the transaction of the pause, that people must be notified: once per pause that they should know of, not
   * for rate limits, nor for what a person requested.
   */
  alert(tx: Tx, pause: TargetPauseTable): Promise<void>;
  nowMs(): number;
}

export type PauseReason = TargetPauseTable['reason'];

/** Which of two pauses stays: the stronger one, and of equals the longer. */
const strength: Readonly<Record<PauseReason, number>> = {
  'rate-limited': 0,
  'out-of-budget': 1,
  'authorisation-lost': 2,
  'by-person': 3,
};

/** Whether deliveries of a target may leave: pauses and the monthly budget. */
export class TargetGate {
  readonly #components: TargetGateComponents;

  constructor(components: TargetGateComponents) {
    this.#components = components;
  }

  /** Without `untilMs` a person must resume it. A weaker pause doesn't replace a stronger one. */
  async pause(targetId: string, reason: PauseReason, detail: string, untilMs?: number): Promise<void> {
    const { db, alert, nowMs } = this.#components;
    const row = { target_id: targetId, until_ms: untilMs ?? null, reason, detail, since_ms: nowMs() };
    await transact(db, async (tx) => {
      const known = await tx
        .selectFrom('target_pause')
        .selectAll()
        .where('target_id', '=', targetId)
        .executeTakeFirst();
      const current = known && (known.until_ms ?? Number.POSITIVE_INFINITY) > nowMs() ? known : undefined;
      if (current && outlasts(current, row)) return;
      await tx
        .insertInto('target_pause')
        .values(row)
        .onConflict((conflict) => conflict.column('target_id').doUpdateSet(row))
        .execute();
      const people = reason === 'authorisation-lost' || reason === 'out-of-budget';
      if (people && current?.reason !== reason) await alert(tx, row);
    });
  }

  /** False: it wasn't paused. Wake the dispatcher afterwards. */
  async resume(targetId: string): Promise<boolean> {
    const { db } = this.#components;
    const result = await db.deleteFrom('target_pause').where('target_id', '=', targetId).executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** The pause that holds now. */
  async paused(targetId: string): Promise<TargetPauseTable | undefined> {
    const { db, nowMs } = this.#components;
    return db
      .selectFrom('target_pause')
      .selectAll()
      .where('target_id', '=', targetId)
      .where(({ or, eb }) => or([eb('until_ms', 'is', null), eb('until_ms', '>', nowMs())]))
      .executeTakeFirst();
  }

  spentMicros(targetId: string): Promise<number> {
    return spentMicros(this.#components.db, targetId, this.#components.nowMs());
  }

  /** Before the first effect: reserves its cost, or pauses the target until the next month and returns false. */
  async affords(delivery: Claimed): Promise<boolean> {
    if (delivery.costMicros === 0 || !nothingLanded(delivery.steps)) return true;
    const { db, nowMs } = this.#components;
    const { id: deliveryId, targetId, costMicros } = delivery;
    const budgetMicros = await this.#components.budgetMicros(targetId);
    const fits = await transact(db, (tx) =>
      reserve(tx, { deliveryId, targetId, costMicros, budgetMicros }, nowMs()),
    );
    if (fits) return true;
    const detail = 'The monthly budget of this target is used up; it goes on next month.';
    await this.pause(targetId, 'out-of-budget', detail, nextMonthAtMs(nowMs()));
    return false;
  }
}

function outlasts(current: TargetPauseTable, next: OutboxTables['target_pause']): boolean {
  const difference = strength[current.reason] - strength[next.reason];
  if (difference !== 0) return difference > 0;
  return (current.until_ms ?? Number.POSITIVE_INFINITY) >= (next.until_ms ?? Number.POSITIVE_INFINITY);
}
