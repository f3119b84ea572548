import type { Kysely } from 'kysely';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import { storageErrors } from './errors.ts';
import type { Schema } from './schema.ts';

/** Far above what broadcasts and relays of one hub can reach by their own limits. */
export const intentsMax = 10_000;

export function createIntentStore(db: Kysely<Schema>): IntentStore {
  return {
    async list(kind) {
      const rows = await db
        .selectFrom('intent')
        .selectAll()
        .where('kind', '=', kind)
        .orderBy('created_at_ms')
        .orderBy('key')
        .execute();
      return rows.map((row) => intentOf(kind, row));
    },

    async put(intent) {
      const row = rowOf(intent);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('intent')
          .values(row)
          .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(row))
          .execute();
        const { count } = await transaction
          .selectFrom('intent')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > intentsMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'things to keep running', max: intentsMax });
      });
    },

    async remove(kind, key) {
      await db.deleteFrom('intent').where('kind', '=', kind).where('key', '=', key).execute();
    },
  };
}

function rowOf(intent: Intent): Schema['intent'] {
  return {
    kind: intent.kind,
    key: intent.key,
    payload: JSON.stringify(intent.payload),
    wanted_by: intent.wantedBy,
    created_at_ms: intent.createdAtMs,
  };
}

function intentOf(kind: Intent['kind'], row: Schema['intent']): Intent {
  return {
    kind,
    key: row.key,
    payload: JSON.parse(row.payload),
    wantedBy: row.wanted_by,
    createdAtMs: row.created_at_ms,
  };
}
