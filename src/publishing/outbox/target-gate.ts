import type { Kysely } from 'kysely';
import type { OutboxTables, TargetPauseTable } from '#storage/outbox-tables.ts';
import type { Claimed } from './store.ts';

export interface TargetGateComponents {
  db: Kysely<OutboxTables>;
  /** What the target may spend in a calendar month (UTC), millionths of a US dollar; undefined: no limit set. */
  budgetMicros(targetId: string): Promise<number | undefined>;
  /** Told once per pause that a person must end. */
  alert(targetId: string, reason: TargetPauseTable['reason'], detail: string): Promise<void>;
  nowMs(): number;
}

/** Whether deliveries of a target may leave: pauses and the monthly budget. */
export class TargetGate {
  readonly #components: TargetGateComponents;

  constructor(components: TargetGateComponents) {
    this.#components = components;
  }

  /** Without `untilMs` a person must resume it, and is told, once. */
  async pause(
    delivery: Pick<Claimed, 'targetId'>,
    reason: TargetPauseTable['reason'],
    detail: string,
    untilMs?: number,
  ): Promise<void> {
    const { db, alert, nowMs } = this.#components;
    const row = {
      target_id: delivery.targetId,
      until_ms: untilMs ?? null,
      reason,
      detail,
      since_ms: nowMs(),
    };
    const paused = await db.transaction().execute(async (tx) => {
      const known = await tx
        .selectFrom('target_pause')
        .select(['until_ms'])
        .where('target_id', '=', delivery.targetId)
        .executeTakeFirst();
      // A pause that a person must end is not shortened by a rate limit.
      if (known && known.until_ms === null) return false;
      await tx
        .insertInto('target_pause')
        .values(row)
        .onConflict((conflict) => conflict.column('target_id').doUpdateSet(row))
        .execute();
      return untilMs === undefined;
    });
    if (paused) await alert(delivery.targetId, reason, detail);
  }

  async resume(targetId: string): Promise<void> {
    await this.#components.db.deleteFrom('target_pause').where('target_id', '=', targetId).execute();
  }

  async paused(targetId: string): Promise<TargetPauseTable | undefined> {
    return this.#components.db
      .selectFrom('target_pause')
      .selectAll()
      .where('target_id', '=', targetId)
      .executeTakeFirst();
  }

  /** Takes the cost from this month's budget; false when it doesn't fit. */
  async reserve(delivery: Pick<Claimed, 'targetId' | 'costMicros'>, nowMs: number): Promise<boolean> {
    const budgetMicros = await this.#components.budgetMicros(delivery.targetId);
    const month = new Date(nowMs).toISOString().slice(0, 7);
    return this.#components.db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('target_spend')
        .select('spent_micros')
        .where('target_id', '=', delivery.targetId)
        .where('month', '=', month)
        .executeTakeFirst();
      const spent = Number(row?.spent_micros ?? 0) + delivery.costMicros;
      if (budgetMicros !== undefined && spent > budgetMicros) return false;
      const values = { target_id: delivery.targetId, month, spent_micros: spent };
      await tx
        .insertInto('target_spend')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['target_id', 'month']).doUpdateSet({ spent_micros: spent }),
        )
        .execute();
      return true;
    });
  }
}
