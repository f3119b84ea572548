import type { Kysely } from 'kysely';
import type { Schema } from '../tables/schema.ts';

/** Rows of all targets, each with the guild of its target. */
export function storedCredentials(db: Kysely<Schema>) {
  return db
    .selectFrom('credential')
    .innerJoin('target', 'target.id', 'credential.target_id')
    .selectAll('credential')
    .select('target.guild_id');
}
