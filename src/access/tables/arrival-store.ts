import type { Kysely } from 'kysely';
import { transact } from '#storage/transaction.ts';
import type { Schema } from './schema.ts';

export interface Arrival {
  guildId: string;
  /** Its hello was said, or isn't due. */
  greeted: boolean;
}

export interface ArrivalStore {
  known(): Promise<ReadonlySet<string>>;
  /** Whether the database was in use before arrivals were kept; undefined after the first login since. */
  start(): Promise<{ wasInUse: boolean } | undefined>;
  /** Adds those that aren't known yet; the first login is over. */
  add(arrivals: readonly Arrival[], nowMs: number): Promise<void>;
  /** True for the one caller that made the change. */
  greet(guildId: string): Promise<boolean>;
}

export function createArrivalStore(db: Kysely<Schema>): ArrivalStore {
  return {
    async known() {
      const rows = await db.selectFrom('guild_arrival').select('guild_id').execute();
      return new Set(rows.map(({ guild_id }) => guild_id));
    },

    async start() {
      const row = await db.selectFrom('arrival_start').select('was_in_use').executeTakeFirst();
      return row && { wasInUse: row.was_in_use === 1 };
    },

    async add(arrivals, nowMs) {
      await transact(db, async (tx) => {
        for (const { guildId, greeted } of arrivals)
          await tx
            .insertInto('guild_arrival')
            .values({ guild_id: guildId, met_at_ms: nowMs, greeted: greeted ? 1 : 0 })
            .onConflict((conflict) => conflict.column('guild_id').doNothing())
            .execute();
        await tx.deleteFrom('arrival_start').execute();
      });
    },

    async greet(guildId) {
      const { numUpdatedRows } = await db
        .updateTable('guild_arrival')
        .set({ greeted: 1 })
        .where('guild_id', '=', guildId)
        .where('greeted', '=', 0)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
