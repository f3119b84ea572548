import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import type { Publication } from '../drafts/publication-store.ts';
import { publishErrors } from '../errors.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import { lockedNotLeft } from './not-left.ts';

/** Returns the moved deliveries. Throws PUBLISH_ALREADY_LEFT. */
export async function moveDeliveries(
  components: { db: Kysely<Schema>; clock: Pick<Clock, 'nowMs'> },
  publication: Publication,
  dueAtMs: number,
): Promise<string[]> {
  const { db, clock } = components;
  return transact(db, async (tx) => {
    const nowMs = clock.nowMs();
    await tx
      .updateTable('publication_plan')
      .set({ due_at_ms: dueAtMs })
      .where('publication_id', '=', publication.id)
      .execute();
    const rows = (await lockedNotLeft(tx, publication.id, nowMs)).filter(({ state }) => state !== 'failed');
    const movedFromMs = publication.dueAtMs ?? dueAtMs;
    for (const row of rows)
      await tx
        .updateTable('delivery')
        .set(moved(row, movedFromMs, dueAtMs))
        .where('id', '=', row.id)
        .execute();
    if (rows.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return rows.map(({ id }) => id);
  });
}

type Movable = Pick<DeliveryTable, 'state' | 'not_after_ms'>;

/** The time it may be late by stays the same. */
function moved({ state, not_after_ms: notAfterMs }: Movable, fromMs: number, dueAtMs: number) {
  const waits = state === 'awaiting-approval' || state === 'draft';
  return {
    state: waits ? state : ('scheduled' as const),
    due_at_ms: dueAtMs,
    claim_at_ms: waits ? null : dueAtMs,
    not_after_ms: notAfterMs === null ? null : dueAtMs + notAfterMs - fromMs,
  };
}
