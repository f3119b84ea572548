import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Intents that belong to a guild, and the field of their payload that names it. */
const guildFields: ReadonlyMap<string, string> = new Map([
  ['relay', 'guildId'],
  ['panel', 'guildId'],
  ['broadcast', 'owner'],
]);

/** What the intents of every hub on the database name as their guild; a broadcast of the hub itself names none. */
export async function guildsOfIntents(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .selectFrom('intent')
    .select(['kind', 'payload'])
    .where('kind', 'in', [...guildFields.keys()])
    .execute();
  return rows.map(({ kind, payload }) => String(JSON.parse(payload)[guildFields.get(kind) ?? ''] ?? ''));
}
