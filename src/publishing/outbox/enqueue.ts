import type { RowSeals } from '../seals/row-seals.ts';
import { deliveryRowOf, type NewDelivery, stepRowsOf, type Tx } from './delivery.ts';

/** Rows in one statement: Postgres accepts 65,535 parameters, SQLite 32,766. */
const rowsPerStatement = 500;

/**
 * Inside the caller's transaction, together with its cause. An existing key is left alone; returns the deliveries that
 * are new. Throws PUBLISH_VAULT_SEALED.
 */
export async function enqueue(
  tx: Tx,
  deliveries: readonly NewDelivery[],
  nowMs: number,
  seals: Pick<RowSeals, 'of'>,
): Promise<NewDelivery[]> {
  const added: NewDelivery[] = [];
  for (let from = 0; from < deliveries.length; from += rowsPerStatement)
    added.push(...(await enqueueSome(tx, deliveries.slice(from, from + rowsPerStatement), nowMs, seals)));
  return added;
}

/** `enqueue` for several callers in as many statements as for one; returns each caller's new deliveries. */
export async function enqueueTogether(
  tx: Tx,
  asked: readonly (readonly NewDelivery[])[],
  nowMs: number,
  seals: Pick<RowSeals, 'of'>,
): Promise<NewDelivery[][]> {
  const added = new Set(await enqueue(tx, asked.flat(), nowMs, seals));
  return asked.map((deliveries) => deliveries.filter((delivery) => added.has(delivery)));
}

async function enqueueSome(
  tx: Tx,
  deliveries: readonly NewDelivery[],
  nowMs: number,
  seals: Pick<RowSeals, 'of'>,
): Promise<NewDelivery[]> {
  const inserted = await tx
    .insertInto('delivery')
    .values(deliveries.map((delivery) => deliveryRowOf(delivery, nowMs, seals)))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .execute();
  const ids = new Set(inserted.map(({ id }) => id));
  const added = deliveries.filter(({ id }) => ids.has(id));
  const steps = added.flatMap((delivery) => stepRowsOf(delivery.id, delivery.steps));
  for (let from = 0; from < steps.length; from += rowsPerStatement)
    await tx
      .insertInto('delivery_step')
      .values(steps.slice(from, from + rowsPerStatement))
      .execute();
  await addLanes(
    tx,
    added.map(({ targetId }) => targetId),
  );
  return added;
}

/** Always in the same order: two transactions that add the same lanes must not wait for each other in a circle. */
export async function addLanes(tx: Tx, targetIds: readonly string[]): Promise<void> {
  const lanes = [...new Set(targetIds)].sort().map((target_id) => ({
    target_id,
    in_flight_max: 1,
    spacing_ms: 0,
    free_at_ms: 0,
    served_at_ms: 0,
  }));
  if (lanes.length === 0) return;
  await tx
    .insertInto('target_lane')
    .values(lanes)
    .onConflict((conflict) => conflict.column('target_id').doNothing())
    .execute();
}
