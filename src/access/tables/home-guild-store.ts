import { type Kysely, sql } from 'kysely';
import { type HomeGuildStore, homeGuildsMax } from '#contracts/home-guild-store.ts';
import { storageErrors } from '#storage/errors.ts';
import { guildsOfIntents } from '#storage/intent-guilds.ts';
import { type GuildRows, tablesOf } from '#storage/owned-tables.ts';
import type { Schema as StorageSchema } from '#storage/schema.ts';
import { transact } from '#storage/transaction.ts';
import type { Schema } from './schema.ts';

const onlyRow = 1;
const discordId = /^\d{17,20}$/;

/** `rows`: where each service stores guild ids. */
export function createHomeGuildStore(storage: Kysely<StorageSchema>, rows: GuildRows): HomeGuildStore {
  const db = tablesOf<Schema>(storage);
  return {
    async read() {
      const kept = await db.selectFrom('home_guild').selectAll().orderBy('guild_id').execute();
      const choice = await db.selectFrom('home_choice').select('choice').executeTakeFirst();
      return {
        firstChoice: choice?.choice,
        guilds: kept.map((row) => ({
          guildId: row.guild_id,
          standing: row.standing,
          setBy: row.set_by,
          setAtMs: row.set_at_ms,
        })),
      };
    },

    async put(guilds, firstChoice) {
      await transact(db, async (tx) => {
        for (const { guildId, standing, setBy, setAtMs } of guilds) {
          const row = { guild_id: guildId, standing, set_by: setBy, set_at_ms: setAtMs };
          await tx
            .insertInto('home_guild')
            .values(row)
            .onConflict((conflict) => conflict.column('guild_id').doUpdateSet(row))
            .execute();
        }
        const { count } = await tx
          .selectFrom('home_guild')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > homeGuildsMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'home servers', max: homeGuildsMax });
        if (!firstChoice) return;
        const row = { id: onlyRow, choice: firstChoice.choice, made_at_ms: firstChoice.atMs };
        await tx
          .insertInto('home_choice')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
      });
    },

    async inUse() {
      return distinct([...(await guildsIn(db, rows.inUse)), ...(await guildsOfIntents(storage))]);
    },

    async withWork() {
      return distinct([...(await guildsIn(db, rows.withWork)), ...(await guildsOfIntents(storage))]);
    },
  };
}

async function guildsIn(db: Kysely<Schema>, queries: GuildRows['inUse']): Promise<string[]> {
  const { rows } = await sql<{ guild_id: string }>`${sql.join(queries, sql` union `)}`.execute(db);
  return rows.map((row) => row.guild_id);
}

/** A broadcast of the hub itself has no guild. */
function distinct(guildIds: readonly string[]): string[] {
  return [...new Set(guildIds)].filter((guildId) => discordId.test(guildId)).sort();
}
