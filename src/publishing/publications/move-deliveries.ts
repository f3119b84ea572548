import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import type { Publication } from '../drafts/publication-store.ts';
import { publishErrors } from '../errors.ts';
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
    for (const row of rows) {
      const graceMs = row.not_after_ms === null ? 0 : row.not_after_ms - (publication.dueAtMs ?? dueAtMs);
      const waits = row.state === 'awaiting-approval' || row.state === 'draft';
      await tx
        .updateTable('delivery')
        .set({
          state: waits ? row.state : 'scheduled',
          due_at_ms: dueAtMs,
          claim_at_ms: waits ? null : dueAtMs,
          not_after_ms: row.not_after_ms === null ? null : dueAtMs + graceMs,
        })
        .where('id', '=', row.id)
        .execute();
    }
    if (rows.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return rows.map(({ id }) => id);
  });
}
