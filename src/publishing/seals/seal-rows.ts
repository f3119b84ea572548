import type { Transaction } from 'kysely';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { ApprovalTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import { type SealKey, sealHolds, sealOf } from './row-seals.ts';

/** Rows that are read at once. */
const pageRows = 500;

/** Returns a row's new seal; undefined leaves it as it is. */
interface Anew {
  delivery(row: DeliveryTable): string | undefined;
  approval(row: ApprovalTable): string | undefined;
}

/** Rows of a version without seals get theirs. Once in a database's life: later a row without one is refused. */
export function sealFirst(tx: Transaction<Schema>, key: SealKey): Promise<void> {
  return sealEach(tx, {
    delivery: (row) => (row.seal === null ? sealOf(key, 'delivery', row) : undefined),
    approval: (row) => (row.seal === null ? sealOf(key, 'approval', row) : undefined),
  });
}

/** After a change of the key. Rows whose old seal did not hold stay invalid. */
export function sealAgain(tx: Transaction<Schema>, before: SealKey, key: SealKey): Promise<void> {
  return sealEach(tx, {
    delivery: (row) => (sealHolds(before, 'delivery', row) ? sealOf(key, 'delivery', row) : undefined),
    approval: (row) => (sealHolds(before, 'approval', row) ? sealOf(key, 'approval', row) : undefined),
  });
}

/** For deliveries that can still leave: settled ones are not checked any more. */
async function sealEach(tx: Transaction<Schema>, anew: Anew): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await tx
      .selectFrom('delivery')
      .selectAll()
      .where('id', '>', after)
      .where(({ or, eb }) => or([eb('open', '=', 1), eb('state', '=', 'failed')]))
      .orderBy('id')
      .limit(pageRows)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    await sealDeliveries(tx, rows, anew);
    await sealApprovals(
      tx,
      rows.map(({ id }) => id),
      anew,
    );
    after = last.id;
  }
}

async function sealDeliveries(
  tx: Transaction<Schema>,
  rows: readonly DeliveryTable[],
  anew: Anew,
): Promise<void> {
  for (const row of rows) {
    const seal = anew.delivery(row);
    if (seal !== undefined) await tx.updateTable('delivery').set({ seal }).where('id', '=', row.id).execute();
  }
}

async function sealApprovals(tx: Transaction<Schema>, ids: readonly string[], anew: Anew): Promise<void> {
  const rows = await tx.selectFrom('approval').selectAll().where('delivery_id', 'in', ids).execute();
  for (const row of rows) {
    const seal = anew.approval(row);
    if (seal === undefined) continue;
    await tx
      .updateTable('approval')
      .set({ seal })
      .where('delivery_id', '=', row.delivery_id)
      .where('revision', '=', row.revision)
      .where('steps_hash', '=', row.steps_hash)
      .where('person', '=', row.person)
      .execute();
  }
}
