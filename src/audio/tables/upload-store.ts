import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { factsIn, type StoredFacts } from './stored-facts.ts';

export interface StoredUpload {
  cid: string;
  userId: string;
  sizeBytes: number;
  facts: StoredFacts;
}

export interface UploadStore {
  /** The newest first. A row that can't be read is left out. */
  list(guildId: string): Promise<StoredUpload[]>;
  put(guildId: string, upload: StoredUpload, nowMs: number): Promise<void>;
  /** For one person; without them for everybody, since its bytes are gone. */
  drop(guildId: string, cid: string, userId?: string): Promise<void>;
}

export function createUploadStore(db: Kysely<Schema>): UploadStore {
  return {
    async list(guildId) {
      const rows = await db
        .selectFrom('player_upload')
        .selectAll()
        .where('guild_id', '=', guildId)
        .orderBy('at_ms', 'desc')
        .orderBy('cid')
        .execute();
      return rows.flatMap(({ cid, facts, size_bytes, user_id }) => {
        const known = factsIn(facts);
        return known ? [{ cid, userId: user_id, sizeBytes: Number(size_bytes), facts: known }] : [];
      });
    },

    async put(guildId, { cid, facts, sizeBytes, userId }, nowMs) {
      const row = { size_bytes: sizeBytes, facts: JSON.stringify(facts), at_ms: nowMs };
      await db
        .insertInto('player_upload')
        .values({ guild_id: guildId, cid, user_id: userId, ...row })
        .onConflict((conflict) => conflict.columns(['guild_id', 'cid', 'user_id']).doUpdateSet(row))
        .execute();
    },

    async drop(guildId, cid, userId) {
      await db
        .deleteFrom('player_upload')
        .where('guild_id', '=', guildId)
        .where('cid', '=', cid)
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
        .execute();
    },
  };
}
