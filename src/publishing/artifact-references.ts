import type { Kysely } from 'kysely';
import type { Schema } from './tables/schema.ts';

/** Whether anything that may still leave needs the bytes: a delivery, or a schedule that will run again. */
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
  return row !== undefined || isPlanned(db, cid);
}

async function isPlanned(db: Kysely<Schema>, cid: string): Promise<boolean> {
  const wanted = `%"cid":"${cid}"%`;
  const row = await db
    .selectFrom('schedule')
    .select('id')
    .where('next_slot_ms', 'is not', null)
    .where('content', 'like', wanted)
    .unionAll(
      db
        .selectFrom('schedule_slot')
        .select('schedule_id as id')
        .where('state', '=', 'due')
        .where('content', 'like', wanted),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
