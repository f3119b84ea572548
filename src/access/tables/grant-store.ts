import type { Kysely } from 'kysely';
import type { Role } from '#contracts/actor.ts';
import { type GrantStore, grantsPerGuildMax } from '#contracts/grant-store.ts';
import { storageErrors } from '#storage/errors.ts';
import { transact } from '#storage/transaction.ts';
import type { Schema } from './schema.ts';

export function createGrantStore(db: Kysely<Schema>): GrantStore {
  return {
    async list(guildId) {
      const rows = await db
        .selectFrom('role_grant')
        .selectAll()
        .where('guild_id', '=', guildId)
        .orderBy('discord_role_id')
        .execute();
      return rows.map((row) => ({ guildId, discordRoleId: row.discord_role_id, role: row.role as Role }));
    },

    async put(grant) {
      await transact(db, async (transaction) => {
        await transaction
          .insertInto('role_grant')
          .values({ guild_id: grant.guildId, discord_role_id: grant.discordRoleId, role: grant.role })
          .onConflict((conflict) =>
            conflict.columns(['guild_id', 'discord_role_id']).doUpdateSet({ role: grant.role }),
          )
          .execute();
        const { count } = await transaction
          .selectFrom('role_grant')
          .where('guild_id', '=', grant.guildId)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > grantsPerGuildMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({
            what: 'Discord roles with a role of ours',
            max: grantsPerGuildMax,
          });
      });
    },

    async remove(guildId, discordRoleId) {
      await db
        .deleteFrom('role_grant')
        .where('guild_id', '=', guildId)
        .where('discord_role_id', '=', discordRoleId)
        .execute();
    },
  };
}
