import { dirname } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import type { Chance } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { inStateFolder } from '#storage/state-refusal.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../errors.ts';
import type { SealKey, SealKeys } from '../seals/row-seals.ts';
import { sealAgain, sealFirst } from '../seals/seal-rows.ts';
import type { Schema } from '../tables/schema.ts';
import { type DataKey, dataKeyOf, openDataKey, sealDataKey } from './data-key.ts';
import { configuredKey, makeKeyFile, type OperatorKey, readKeyFile } from './operator-key.ts';
import { keyBytes, nonceBytes, seal, unseal } from './sealing.ts';

const rowName = 'vault';

export interface VaultComponents {
  db: Kysely<Schema>;
  chance: Pick<Chance, 'bytes'>;
  logger: Logger;
}

export interface VaultInit {
  /** Absent: the key file. */
  key?: Secret | undefined;
  /** The key to change from, for one start. */
  previousKey?: Secret | undefined;
  /** Made at first use where no key is configured. */
  keyFile: string;
  /**
   * This process opens the vault that the hub made, or does not start: it neither makes a vault nor changes its key.
   */
  opensOnly?: boolean;
}

/** A record's identity: what is sealed for one doesn't open as another, nor as another version. */
export interface SealedRecord {
  targetId: string;
  name: string;
  version: number;
}

export type VaultState =
  /** Nothing was ever stored. */
  { state: 'empty' } | { state: 'open' } | { state: 'sealed'; why: string };

/**
 * Stores credentials encrypted: a random data key seals the records, the operator's key seals the data key. A key
 * derived from the data key seals deliveries and approvals. With a missing or wrong operator's key it stays sealed: the
 * hub runs, open deliveries wait, and nothing new can be published.
 */
export class Vault implements Startable, SealKeys {
  readonly name = 'vault';
  readonly #components: VaultComponents;
  readonly #init: VaultInit;
  #dataKey: DataKey | undefined;
  #state: VaultState = { state: 'empty' };

  constructor(components: VaultComponents, init: VaultInit) {
    this.#components = components;
    this.#init = init;
  }

  /**
   * Makes the vault, and where needed its key file, if there is none yet. Throws PUBLISH_VAULT_SEALED if it
   * `opensOnly`.
   */
  async start(): Promise<void> {
    const { opensOnly = false } = this.#init;
    await this.#load();
    if (this.#state.state === 'empty') {
      if (opensOnly) this.#close('the hub has not made a vault in this database yet');
      else await this.#create();
    }
    if (this.#state.state !== 'sealed') return;
    const { why } = this.#state;
    if (opensOnly) throw publishErrors.PUBLISH_VAULT_SEALED({ why });
    this.#components.logger.error({ why }, 'the vault is sealed');
  }

  get state(): VaultState {
    return this.#state;
  }

  /** Throws PUBLISH_VAULT_SEALED. */
  async seal(record: SealedRecord, value: string): Promise<string> {
    return this.#sealWith(this.#opened().bytes, Buffer.from(value), aboutRecord(record));
  }

  sealKey(): SealKey {
    return this.#opened().sealKey;
  }

  reload(): Promise<void> {
    return this.#load();
  }

  /** Throws PUBLISH_VAULT_SEALED; undefined when the record was changed by somebody else. */
  async open(record: SealedRecord, sealed: string): Promise<string | undefined> {
    const plain =
      unseal(this.#opened().bytes, sealed, aboutRecord(record)) ??
      (await this.#openAfterChange(record, sealed));
    return plain?.toString();
  }

  /** Another hub on this database may have changed the data key. */
  async #openAfterChange(record: SealedRecord, sealed: string): Promise<Buffer | undefined> {
    const before = this.#dataKey?.version;
    await this.#load();
    if (this.#dataKey?.version === before) return undefined;
    return unseal(this.#opened().bytes, sealed, aboutRecord(record));
  }

  #opened(): DataKey {
    if (this.#state.state === 'sealed' || !this.#dataKey)
      throw publishErrors.PUBLISH_VAULT_SEALED({
        why: this.#state.state === 'sealed' ? this.#state.why : 'it is not open',
      });
    return this.#dataKey;
  }

  async #load(): Promise<void> {
    const row = await this.#components.db
      .selectFrom('vault')
      .selectAll()
      .where('id', '=', rowName)
      .executeTakeFirst();
    if (!row) {
      this.#state = { state: 'empty' };
      return;
    }
    const { key: configured, previousKey, opensOnly } = this.#init;
    const key = this.#operatorKey();
    const opened = openDataKey(key, row.sealed_key, row.version);
    if (opened && 'bytes' in key) return this.#open(opened, row.sealed_key, key.bytes);
    const formers = opensOnly
      ? []
      : [
          previousKey && configuredKey(previousKey, 'GUILDMESH_VAULT_PREVIOUS_KEY'),
          // An operator who sets a key for the first time changes from the file's.
          configured && readKeyFile(this.#init.keyFile),
        ];
    for (const former of formers) {
      const before = openDataKey(former, row.sealed_key, row.version);
      if (before && 'bytes' in key) return this.#rotate(before, key.bytes);
    }
    this.#close('why' in key ? key.why : 'the key is not the one they were stored with');
  }

  #operatorKey(): OperatorKey {
    const { key, keyFile } = this.#init;
    if (key) return configuredKey(key, 'GUILDMESH_VAULT_KEY');
    return readKeyFile(keyFile) ?? { why: `${keyFile} is missing` };
  }

  async #create(): Promise<void> {
    const { chance, db } = this.#components;
    const { key, keyFile } = this.#init;
    // Sealed rows show that there was a vault: with a new key, sound rows would look damaged.
    if (await this.#hasSealedRows()) return this.#close('its row is missing in the database');
    const known = key ? configuredKey(key, 'GUILDMESH_VAULT_KEY') : readKeyFile(keyFile);
    const operatorKey = known ?? {
      bytes: inStateFolder(dirname(keyFile), () => makeKeyFile(keyFile, chance)),
    };
    if ('why' in operatorKey) return this.#close(operatorKey.why);
    const dataKey = dataKeyOf(chance.bytes(keyBytes), 1, true);
    const sealed_key = sealDataKey(operatorKey.bytes, dataKey, chance.bytes(nonceBytes));
    await transact(db, async (tx) => {
      // The first of several hubs makes it, and the others open what it made.
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('vault')
        .values({ id: rowName, version: dataKey.version, sealed_key })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 1n) await sealFirst(tx, dataKey.sealKey);
    });
    await this.#load();
  }

  async #hasSealedRows(): Promise<boolean> {
    const { db } = this.#components;
    const row = await db.selectFrom('delivery').select('id').where('seal', 'is not', null).limit(1).execute();
    return row.length > 0;
  }

  /** The right key. A version without row seals has left rows without them: they get theirs now, once. */
  async #open(dataKey: DataKey, sealed: string, operatorKey: Uint8Array): Promise<void> {
    const { chance, db, logger } = this.#components;
    if (!dataKey.sealsRows) {
      const sealed_key = sealDataKey(operatorKey, { ...dataKey, sealsRows: true }, chance.bytes(nonceBytes));
      await transact(db, async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('vault')
          .set({ sealed_key })
          .where('id', '=', rowName)
          .where('sealed_key', '=', sealed)
          .executeTakeFirst();
        if (numUpdatedRows === 1n) await sealFirst(tx, dataKey.sealKey);
      });
      logger.info('deliveries and approvals of before are sealed');
    }
    this.#dataKey = { ...dataKey, sealsRows: true };
    this.#state = { state: 'open' };
  }

  /** A new data key under the new operator's key; every record and row is sealed again, in one transaction. */
  async #rotate(before: DataKey, operatorKey: Uint8Array): Promise<void> {
    const { chance, db, logger } = this.#components;
    const dataKey = dataKeyOf(chance.bytes(keyBytes), before.version + 1, true);
    const sealed_key = sealDataKey(operatorKey, dataKey, chance.bytes(nonceBytes));
    const done = await transact(db, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('vault')
        .set({ version: dataKey.version, sealed_key })
        .where('id', '=', rowName)
        .where('version', '=', before.version)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await this.#sealAnew(tx, before.bytes, dataKey.bytes);
      if (before.sealsRows) await sealAgain(tx, before.sealKey, dataKey.sealKey);
      else await sealFirst(tx, dataKey.sealKey);
      return true;
    });
    if (!done) return this.#load();
    this.#dataKey = dataKey;
    this.#state = { state: 'open' };
    logger.info({ version: dataKey.version }, 'credentials are sealed with the new key');
  }

  async #sealAnew(tx: Transaction<Schema>, before: Uint8Array, dataKey: Uint8Array): Promise<void> {
    for (const row of await tx.selectFrom('credential').selectAll().execute()) {
      const record = { targetId: row.target_id, name: row.name, version: row.version };
      const plain = unseal(before, row.sealed, aboutRecord(record));
      // Records damaged before stay so; their use reports it.
      if (!plain) continue;
      const version = row.version + 1;
      const sealed = this.#sealWith(dataKey, plain, aboutRecord({ ...record, version }));
      await tx
        .updateTable('credential')
        .set({ sealed, version })
        .where('target_id', '=', row.target_id)
        .where('name', '=', row.name)
        .execute();
    }
  }

  #close(why: string): void {
    this.#dataKey = undefined;
    this.#state = { state: 'sealed', why };
  }

  #sealWith(key: Uint8Array, plain: Uint8Array, about: string): string {
    return seal(key, plain, about, this.#components.chance.bytes(nonceBytes));
  }
}

function aboutRecord({ targetId, name, version }: SealedRecord): string {
  return `guildmesh credential ${JSON.stringify([targetId, name, version])}`;
}
