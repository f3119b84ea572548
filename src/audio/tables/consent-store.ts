import type { Kysely } from 'kysely';
import { type ConsentStore, consentChoicesMax } from '#contracts/consent-store.ts';
import { storageErrors } from '#storage/errors.ts';
import { transact } from '#storage/transaction.ts';
import type { Schema } from './schema.ts';

export function createConsentStore(db: Kysely<Schema>): ConsentStore {
  return {
    async ruleOf(guildId) {
      const row = await db
        .selectFrom('capture_rule')
        .select('rule')
        .where('guild_id', '=', guildId)
        .executeTakeFirst();
      return row?.rule;
    },

    async setRule(guildId, rule, nowMs) {
      const row = { guild_id: guildId, rule, set_at_ms: nowMs };
      await db
        .insertInto('capture_rule')
        .values(row)
        .onConflict((conflict) => conflict.column('guild_id').doUpdateSet(row))
        .execute();
    },

    async choices(guildId) {
      const rows = await db
        .selectFrom('capture_consent')
        .select(['user_id', 'choice', 'chosen_at_ms'])
        .where('guild_id', '=', guildId)
        .execute();
      return new Map(
        rows.map(({ user_id, choice, chosen_at_ms }) => [user_id, { choice, chosenAtMs: chosen_at_ms }]),
      );
    },

    async setChoice(guildId, userId, choice, nowMs) {
      const row = { guild_id: guildId, user_id: userId, choice, chosen_at_ms: nowMs };
      await transact(db, async (transaction) => {
        await transaction
          .insertInto('capture_consent')
          .values(row)
          .onConflict((conflict) => conflict.columns(['guild_id', 'user_id']).doUpdateSet(row))
          .execute();
        const { count } = await transaction
          .selectFrom('capture_consent')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('guild_id', '=', guildId)
          .executeTakeFirstOrThrow();
        if (Number(count) > consentChoicesMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'consents of a guild', max: consentChoicesMax });
      });
    },
  };
}
