import { type Kysely, sql } from 'kysely';
import { type HomeGuildStore, homeGuildsMax } from '#contracts/home-guild-store.ts';
import { storageErrors } from './errors.ts';
import type { Schema } from './schema.ts';
import { transact } from './transaction.ts';

const ONLY_ROW = 1;
/** Intents that are a guild's, and where their payload says whose. */
const intentGuilds = { relay: 'guildId', panel: 'guildId', broadcast: 'owner' } as const;
const discordId = /^\d{17,20}$/;

export function createHomeGuildStore(db: Kysely<Schema>): HomeGuildStore {
  return {
    async read() {
      const rows = await db.selectFrom('home_guild').selectAll().orderBy('guild_id').execute();
      const choice = await db.selectFrom('home_choice').select('choice').executeTakeFirst();
      return {
        firstChoice: choice?.choice,
        guilds: rows.map((row) => ({
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
        const row = { id: ONLY_ROW, choice: firstChoice.choice, made_at_ms: firstChoice.atMs };
        await tx
          .insertInto('home_choice')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
      });
    },

    async inUse() {
      const { rows } = await sql<{ guild_id: string }>`
        select guild_id from role_grant
        union select guild_id from target where removed_at_ms is null
        union select guild_id from schedule
        union select guild_id from chain where removed_at_ms is null
        union select guild_id from api_token`.execute(db);
      return distinct([...rows.map((row) => row.guild_id), ...(await ofIntents(db))]);
    },

    async withWork() {
      const { rows } = await sql<{ guild_id: string }>`
        select guild_id from schedule
        union select guild_id from schedule_slot where act_at_ms is not null
        union select guild_id from milestone
        union select guild_id from missed_run
        union select guild_id from chain
        union select guild_id from chain_run
        union select guild_id from target
        union select guild_id from delivery where open = 1
        union select guild_id from home_guild`.execute(db);
      return distinct([...rows.map((row) => row.guild_id), ...(await ofIntents(db))]);
    },
  };
}

/** Of every hub on the database. */
async function ofIntents(db: Kysely<Schema>): Promise<string[]> {
  const kinds = Object.keys(intentGuilds) as (keyof typeof intentGuilds)[];
  const rows = await db.selectFrom('intent').select(['kind', 'payload']).where('kind', 'in', kinds).execute();
  return rows.map(({ kind, payload }) => {
    const field = intentGuilds[kind as keyof typeof intentGuilds];
    return String((JSON.parse(payload) as Record<string, unknown>)[field] ?? '');
  });
}

/** A broadcast of the hub itself has no guild. */
function distinct(guildIds: readonly string[]): string[] {
  return [...new Set(guildIds)].filter((guildId) => discordId.test(guildId)).sort();
}
