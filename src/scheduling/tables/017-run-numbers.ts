import { type Kysely, sql } from 'kysely';

/** Adds each run's number within its schedule; runs that are still known count from 1. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function runNumberMigration(db: Kysely<any>): Promise<void> {
  for (const [table, column] of [
    ['schedule', 'run_count'],
    ['schedule_slot', 'run_number'],
  ] as const)
    await db.schema
      .alterTable(table)
      .addColumn(column, 'integer', (definition) => definition.notNull().defaultTo(0))
      .execute();
  await sql`
    update schedule_slot set run_number = numbered.place
    from (
      select schedule_id, slot_ms, row_number() over (partition by schedule_id order by slot_ms) as place
      from schedule_slot
    ) as numbered
    where numbered.schedule_id = schedule_slot.schedule_id and numbered.slot_ms = schedule_slot.slot_ms
  `.execute(db);
  await sql`
    update schedule set run_count = counted.runs
    from (select schedule_id, max(run_number) as runs from schedule_slot group by schedule_id) as counted
    where counted.schedule_id = schedule.id
  `.execute(db);
}
