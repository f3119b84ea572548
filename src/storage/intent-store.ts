import type { Kysely, Selectable } from 'kysely';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import { storageErrors } from './errors.ts';
import type { Schema } from './schema.ts';
import { transact } from './transaction.ts';

/** Far above what broadcasts and relays of one hub can reach by their own limits. */
export const intentsMax = 10_000;

/** `hubId` is called for each use: it is known once storage has started. */
export function createIntentStore(db: Kysely<Schema>, hubId: () => string = () => ''): IntentStore {
  return {
    async list(kind) {
      const rows = await db
        .selectFrom('intent')
        .selectAll()
        .where('hub', '=', hubId())
        .where('kind', '=', kind)
        .orderBy('created_at_ms')
        .orderBy('key')
        .execute();
      return rows.map((row) => intentOf(kind, row));
    },

    async put(intent) {
      const row = { hub: hubId(), ...rowOf(intent) };
      await transact(db, async (transaction) => {
        await transaction
          .insertInto('intent')
          .values(row)
          .onConflict((conflict) => conflict.columns(['hub', 'kind', 'key']).doUpdateSet(row))
          .execute();
        const { count } = await transaction
          .selectFrom('intent')
          .where('hub', '=', hubId())
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > intentsMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'things to keep running', max: intentsMax });
      });
    },

    async remove(kind, key) {
      await db
        .deleteFrom('intent')
        .where('hub', '=', hubId())
        .where('kind', '=', kind)
        .where('key', '=', key)
        .execute();
    },
  };
}

type IntentRow = Selectable<Schema['intent']>;

function rowOf(intent: Intent): Omit<IntentRow, 'hub'> {
  return {
    kind: intent.kind,
    key: intent.key,
    payload: JSON.stringify(intent.payload),
    wanted_by: intent.wantedBy,
    created_at_ms: intent.createdAtMs,
  };
}

function intentOf(kind: Intent['kind'], row: IntentRow): Intent {
  return {
    kind,
    key: row.key,
    payload: JSON.parse(row.payload),
    wantedBy: row.wanted_by,
    createdAtMs: row.created_at_ms,
  };
}
