import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Engine } from './database.ts';
import type { Schema } from './schema.ts';

/**
 * Keys kept in total. Above this, the guild with the most keys loses its oldest, so that no guild can make another's
 * requests run twice: each guild has at least its share.
 */
export const keysMax = 100_000;

/** "guild-member:1:" of "guild-member:1:2:typed": the guild without the person. Empty for an actor without a guild. */
const askerOf: Record<Engine, RawBuilder<string>> = {
  sqlite: ofGuilds(sql`substr(key, 1, instr(key, ':') + instr(substr(key, instr(key, ':') + 1), ':'))`),
  postgres: ofGuilds(sql`split_part(key, ':', 1) || ':' || split_part(key, ':', 2) || ':'`),
};

function ofGuilds(prefix: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`case when key like 'guild-member:%' or key like 'api-token:%' then ${prefix} else '' end`;
}

/** Removes keys beyond the limit, at most `rowsMax` at once. Keys of running actions stay. */
export async function purgeSurplusKeys(db: Kysely<Schema>, engine: Engine, rowsMax: number): Promise<void> {
  // The owner of each row is determined only when there are too many rows.
  const { all } = await db
    .selectFrom('action_key')
    .select(({ fn }) => fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow();
  const surplus = Number(all) - keysMax;
  if (surplus <= 0) return;
  const asker = askerOf[engine];
  const counts = await db
    .selectFrom('action_key')
    .select(({ fn }) => [asker.as('asker'), fn.countAll<number>().as('count')])
    .groupBy(asker)
    .execute();
  const sizeOf = (share: typeof counts) => share.reduce((sum, { count }) => sum + Number(count), 0);
  // People and tokens of a guild have one share together.
  const shares = Map.groupBy(counts, ({ asker }) => asker.split(':')[1]);
  const largest = [...shares.values()].reduce((most, each) => (sizeOf(each) > sizeOf(most) ? each : most));
  const oldest = db
    .selectFrom('action_key')
    .select('key')
    .where('state', '=', 'done')
    .where(
      asker,
      'in',
      largest.map(({ asker }) => asker),
    )
    .orderBy('claimed_at_ms')
    .limit(Math.min(surplus, rowsMax));
  await db.deleteFrom('action_key').where('key', 'in', oldest).execute();
}
