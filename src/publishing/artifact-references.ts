import type { Kysely } from 'kysely';
import type { Schema } from './tables/schema.ts';

/** Whether a delivery that may still leave needs the bytes. */
export async function isReferenced(db: Kysely<Schema>, cid: string): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .innerJoin('delivery_step', 'delivery_step.delivery_id', 'delivery.id')
    .select('delivery.id')
    .where(({ or, eb }) => or([eb('delivery.open', '=', 1), eb('delivery.state', '=', 'failed')]))
    .where('delivery_step.state', '<>', 'done')
    .where('delivery_step.step', 'like', `%"cid":"${cid}"%`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
