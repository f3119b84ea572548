import type { Database, Tx } from './delivery.ts';

/** "2026-11", UTC */
export function monthOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 7);
}

/** The first instant of the next month, UTC. */
export function nextMonthAtMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}

export interface Reservation {
  deliveryId: string;
  targetId: string;
  costMicros: number;
  /** undefined: no limit set. */
  budgetMicros: number | undefined;
}

/**
 * Takes the cost from this month's budget; false when it doesn't fit. Once per delivery, however often it is called;
 * what an earlier month had reserved for it returns there.
 */
export async function reserve(tx: Tx, wanted: Reservation, nowMs: number): Promise<boolean> {
  const month = monthOf(nowMs);
  const row = await tx
    .selectFrom('delivery')
    .select('reserved_month')
    .where('id', '=', wanted.deliveryId)
    .executeTakeFirst();
  if (row?.reserved_month === month) return true;
  await refund(tx, [wanted.deliveryId]);
  await tx
    .insertInto('target_spend')
    .values({ target_id: wanted.targetId, month, spent_micros: 0 })
    .onConflict((conflict) => conflict.columns(['target_id', 'month']).doNothing())
    .execute();
  const taken = await tx
    .updateTable('target_spend')
    .set((eb) => ({ spent_micros: eb('spent_micros', '+', wanted.costMicros) }))
    .where('target_id', '=', wanted.targetId)
    .where('month', '=', month)
    .$if(wanted.budgetMicros !== undefined, (query) =>
      query.where('spent_micros', '<=', (wanted.budgetMicros ?? 0) - wanted.costMicros),
    )
    .executeTakeFirst();
  if (taken.numUpdatedRows !== 1n) return false;
  await tx
    .updateTable('delivery')
    .set({ reserved_month: month })
    .where('id', '=', wanted.deliveryId)
    .execute();
  return true;
}

/** Returns what was reserved for deliveries of which nothing was sent. */
export async function refund(tx: Tx, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  const rows = await tx
    .selectFrom('delivery')
    .select(['id', 'target_id', 'cost_micros', 'reserved_month'])
    .where('id', 'in', deliveryIds)
    .where('reserved_month', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery_step')
            .select('delivery_id')
            .whereRef('delivery_step.delivery_id', '=', 'delivery.id')
            .where('delivery_step.state', '<>', 'waiting'),
        ),
      ),
    )
    .execute();
  for (const row of rows) {
    await tx
      .updateTable('target_spend')
      .set((eb) => ({ spent_micros: eb('spent_micros', '-', row.cost_micros) }))
      .where('target_id', '=', row.target_id)
      .where('month', '=', row.reserved_month)
      .execute();
    await tx.updateTable('delivery').set({ reserved_month: null }).where('id', '=', row.id).execute();
  }
}

export async function spentMicros(db: Database, targetId: string, nowMs: number): Promise<number> {
  const row = await db
    .selectFrom('target_spend')
    .select('spent_micros')
    .where('target_id', '=', targetId)
    .where('month', '=', monthOf(nowMs))
    .executeTakeFirst();
  return row?.spent_micros ?? 0;
}
