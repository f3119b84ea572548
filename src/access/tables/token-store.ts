import type { Kysely } from 'kysely';
import { type ApiToken, type TokenStore, tokensPerGuildMax } from '#contracts/tokens.ts';
import { storageErrors } from '#storage/errors.ts';
import { transact } from '#storage/transaction.ts';
import type { ApiTokenTable, Schema } from './schema.ts';

export function createTokenStore(db: Kysely<Schema>): TokenStore {
  return {
    async list(guildId) {
      const rows = await db
        .selectFrom('api_token')
        .selectAll()
        .where('guild_id', '=', guildId)
        .orderBy('created_at_ms', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(tokenOf);
    },

    async add(token, secretHash) {
      await transact(db, async (transaction) => {
        await transaction.insertInto('api_token').values(rowOf(token, secretHash)).execute();
        const { count } = await transaction
          .selectFrom('api_token')
          .where('guild_id', '=', token.guildId)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > tokensPerGuildMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'tokens', max: tokensPerGuildMax });
      });
    },

    async remove(guildId, id) {
      const { numDeletedRows } = await db
        .deleteFrom('api_token')
        .where('guild_id', '=', guildId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async find(id) {
      const row = await db.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirst();
      return row && { token: tokenOf(row), secretHash: row.secret_hash };
    },

    async markOrphaned(id, atMs) {
      const { numUpdatedRows } = await db
        .updateTable('api_token')
        .set({ orphaned_at_ms: atMs ?? null })
        .where('id', '=', id)
        .where('orphaned_at_ms', atMs === undefined ? 'is not' : 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async ending(afterMs, beforeMs) {
      const rows = await db
        .selectFrom('api_token')
        .select(['id', 'guild_id', 'name', 'expires_at_ms'])
        .where('expires_at_ms', '>', afterMs)
        .where('expires_at_ms', '<', beforeMs)
        .execute();
      return rows.map(({ id, guild_id: guildId, name, expires_at_ms }) => {
        return { id, guildId, name, expiresAtMs: Number(expires_at_ms) };
      });
    },

    async markUsed(id, atMs) {
      await db.updateTable('api_token').set({ last_used_at_ms: atMs }).where('id', '=', id).execute();
    },
  };
}

function rowOf(token: ApiToken, secretHash: string): ApiTokenTable {
  return {
    id: token.id,
    guild_id: token.guildId,
    name: token.name,
    secret_hash: secretHash,
    created_by: token.createdBy,
    created_at_ms: token.createdAtMs,
    expires_at_ms: token.expiresAtMs,
    last_used_at_ms: token.lastUsedAtMs ?? null,
    orphaned_at_ms: token.orphanedAtMs ?? null,
  };
}

function tokenOf(row: ApiTokenTable): ApiToken {
  return {
    id: row.id,
    guildId: row.guild_id,
    name: row.name,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms ?? undefined,
    orphanedAtMs: row.orphaned_at_ms ?? undefined,
  };
}
