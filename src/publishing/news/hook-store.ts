import type { Kysely, Transaction } from 'kysely';
import type { Chance } from '#core/clock.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Schema } from '../tables/schema.ts';

/** Delivery ids known of one chain; older ones are forgotten. */
export const hookDeliveriesKeptMax = 1_000;
const secretBytes = 32;

export interface HookStoreComponents {
  db: Kysely<Schema>;
  vault: Pick<Vault, 'seal' | 'open'>;
  chance: Pick<Chance, 'bytes'>;
}

/** The secrets of chains' webhooks, sealed among the credentials, and the ids of handled requests. */
export class HookStore {
  readonly #components: HookStoreComponents;

  constructor(components: HookStoreComponents) {
    this.#components = components;
  }

  /** Sealed first: inside the transaction nothing may wait for another connection. Throws PUBLISH_VAULT_SEALED. */
  async make(chainId: string, setBy: string, nowMs: number) {
    const { vault, chance } = this.#components;
    const secret = Buffer.from(chance.bytes(secretBytes)).toString('base64url');
    const record = recordOf(chainId, 1);
    const sealed = await vault.seal(record, secret);
    const row = { target_id: record.targetId, name: record.name, version: record.version, sealed };
    const keep = async (tx: Transaction<Schema>) => {
      await tx
        .insertInto('credential')
        .values({ ...row, set_by: setBy, set_at_ms: nowMs })
        .execute();
    };
    return { secret, keep };
  }

  /** Undefined: this chain has no webhook. Throws PUBLISH_VAULT_SEALED. */
  async secretOf(chainId: string): Promise<string | undefined> {
    const { db, vault } = this.#components;
    const row = await db
      .selectFrom('credential')
      .selectAll()
      .where('target_id', '=', recordOf(chainId, 1).targetId)
      .executeTakeFirst();
    return row && vault.open(recordOf(chainId, row.version), row.sealed);
  }

  /** False: it was handled before. */
  async take(chainId: string, deliveryId: string, nowMs: number): Promise<boolean> {
    const { db } = this.#components;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('hook_delivery')
      .values({ chain_id: chainId, delivery_id: deliveryId, at_ms: nowMs })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    const old = await db
      .selectFrom('hook_delivery')
      .select('delivery_id')
      .where('chain_id', '=', chainId)
      .orderBy('at_ms', 'desc')
      .offset(hookDeliveriesKeptMax)
      .limit(hookDeliveriesKeptMax)
      .execute();
    for (const { delivery_id } of old) await this.giveBack(chainId, delivery_id);
    return numInsertedOrUpdatedRows === 1n;
  }

  /** It failed, and may be repeated. */
  async giveBack(chainId: string, deliveryId: string): Promise<void> {
    await this.#components.db
      .deleteFrom('hook_delivery')
      .where('chain_id', '=', chainId)
      .where('delivery_id', '=', deliveryId)
      .execute();
  }

  async remove(chainId: string): Promise<void> {
    const { db } = this.#components;
    await db.deleteFrom('credential').where('target_id', '=', recordOf(chainId, 1).targetId).execute();
    await db.deleteFrom('hook_delivery').where('chain_id', '=', chainId).execute();
  }
}

function recordOf(chainId: string, version: number) {
  return { targetId: `chain:${chainId}`, name: 'hook', version };
}
