import { type Kysely, sql } from 'kysely';
import type { Schema } from '../tables/schema.ts';

/** How long an effect may take until its receipt gives its address. */
const underWayMs = 15 * 60_000;

/** Whether this hub has published it: a receipt names it. */
export async function isOurs(db: Kysely<Schema>, url: string): Promise<boolean> {
  const wanted = `"url":${JSON.stringify(url)}`.replace(/[\\%_]/g, (letter) => `\\${letter}`);
  const { rows } =
    await sql`select 1 from delivery where receipt like ${`%${wanted}%`} escape '\\' limit 1`.execute(db);
  return rows.length > 0;
}

/** Whether something may be published that no receipt names yet: then the owner of a new item can't be determined. */
export async function isUnderWay(
  db: Kysely<Schema>,
  where: { publisher?: string; guildId?: string; nowMs: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .select('id')
    .where('state', 'in', ['sending', 'confirming', 'unknown'])
    .where('updated_at_ms', '>', where.nowMs - underWayMs)
    .$if(where.publisher !== undefined, (query) => query.where('publisher', '=', where.publisher ?? ''))
    .$if(where.guildId !== undefined, (query) => query.where('guild_id', '=', where.guildId ?? ''))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
