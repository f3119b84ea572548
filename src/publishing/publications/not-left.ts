import type { Kysely, Transaction } from 'kysely';
import { nothingLanded } from '../outbox/delivery.ts';
import { canHappen } from '../outbox/transitions.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { Schema } from '../tables/schema.ts';

/** What a publication's edit may still change, locked for this transaction. */
export async function lockedNotLeft(
  tx: Transaction<Schema>,
  publicationId: string,
  nowMs: number,
): Promise<DeliveryTable[]> {
  // Updating the rows locks them on every engine.
  await tx
    .updateTable('delivery')
    .set({ updated_at_ms: nowMs })
    .where('publication_id', '=', publicationId)
    .execute();
  return notLeft(tx, publicationId);
}

export async function notLeft(db: Kysely<Schema>, publicationId: string): Promise<DeliveryTable[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('publication_id', '=', publicationId)
    .where('takes_back', 'is', null)
    .orderBy('id')
    .execute();
  return withNothingLanded(db, rows);
}

/** What waits to leave for a target, oldest first, at most `countMax`. */
export async function waitingFor(
  db: Kysely<Schema>,
  target: { id: string; guildId: string },
  countMax: number,
): Promise<DeliveryTable[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('guild_id', '=', target.guildId)
    .where('target_id', '=', target.id)
    .where('open', '=', 1)
    .where('takes_back', 'is', null)
    .orderBy('id')
    .limit(countMax)
    .execute();
  return withNothingLanded(db, rows);
}

async function withNothingLanded(
  db: Kysely<Schema>,
  rows: readonly DeliveryTable[],
): Promise<DeliveryTable[]> {
  const editable = rows.filter((row) => canHappen('edit', row.state));
  if (editable.length === 0) return [];
  const steps = await db
    .selectFrom('delivery_step')
    .select(['delivery_id', 'state'])
    .where(
      'delivery_id',
      'in',
      editable.map(({ id }) => id),
    )
    .execute();
  const stepsOf = Map.groupBy(steps, ({ delivery_id }) => delivery_id);
  return editable.filter((row) => nothingLanded(stepsOf.get(row.id) ?? []));
}
