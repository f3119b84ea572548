import type { Kysely, Transaction } from 'kysely';
import type { Chance } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import type { Schema } from '#storage/schema.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../publications/errors.ts';
import { configuredKey, makeKeyFile, type OperatorKey, readKeyFile } from './operator-key.ts';
import { keyBytes, nonceBytes, seal, unseal } from './sealing.ts';

const ROW = 'vault';

export interface VaultComponents {
  db: Kysely<Schema>;
  chance: Pick<Chance, 'bytes'>;
  logger: Logger;
}

export interface VaultInit {
  /** Absent: the key file. */
  key?: Secret | undefined;
  /** What to change from, for one start. */
  previousKey?: Secret | undefined;
  /** Made at first use where no key is configured. */
  keyFile: string;
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
 * Keeps credentials encrypted at rest: a random data key seals the records, the operator's key seals the data key. With
 * a missing or wrong operator's key it stays sealed: the hub runs, and everything that needs a stored credential waits.
 */
export class Vault implements Startable {
  readonly name = 'vault';
  readonly #components: VaultComponents;
  readonly #init: VaultInit;
  #dataKey: { bytes: Uint8Array; version: number } | undefined;
  #state: VaultState = { state: 'empty' };

  constructor(components: VaultComponents, init: VaultInit) {
    this.#components = components;
    this.#init = init;
  }

  async start(): Promise<void> {
    await this.#load();
    if (this.#state.state === 'sealed')
      this.#components.logger.error({ why: this.#state.why }, 'the vault is sealed');
  }

  get state(): VaultState {
    return this.#state;
  }

  /** Throws PUBLISH_VAULT_SEALED. Makes the vault, and where needed its key file, at first use. */
  async seal(record: SealedRecord, value: string): Promise<string> {
    const dataKey = await this.#openedKey();
    return this.#sealWith(dataKey, Buffer.from(value), aboutRecord(record));
  }

  /** Throws PUBLISH_VAULT_SEALED; undefined when the record was changed behind our back. */
  async open(record: SealedRecord, sealed: string): Promise<string | undefined> {
    const dataKey = await this.#openedKey();
    const plain =
      unseal(dataKey, sealed, aboutRecord(record)) ?? (await this.#openAfterChange(record, sealed));
    return plain?.toString();
  }

  /** Another hub on this database may have changed the data key. */
  async #openAfterChange(record: SealedRecord, sealed: string): Promise<Buffer | undefined> {
    const before = this.#dataKey?.version;
    await this.#load();
    if (this.#dataKey?.version === before) return undefined;
    return unseal(await this.#openedKey(), sealed, aboutRecord(record));
  }

  async #openedKey(): Promise<Uint8Array> {
    if (this.#state.state === 'empty') await this.#create();
    if (this.#state.state === 'sealed' || !this.#dataKey)
      throw publishErrors.PUBLISH_VAULT_SEALED({
        why: this.#state.state === 'sealed' ? this.#state.why : 'it is not open',
      });
    return this.#dataKey.bytes;
  }

  async #load(): Promise<void> {
    const row = await this.#components.db
      .selectFrom('vault')
      .selectAll()
      .where('id', '=', ROW)
      .executeTakeFirst();
    if (!row) {
      this.#state = { state: 'empty' };
      return;
    }
    const { key: configured, previousKey } = this.#init;
    const key = this.#operatorKey();
    const opened = openWith(key, row.sealed_key, row.version);
    if (opened) return this.#opened(opened, row.version);
    const formers = [
      previousKey && configuredKey(previousKey, 'GUILDMESH_VAULT_PREVIOUS_KEY'),
      // Whoever sets a key for the first time comes from the file.
      configured && readKeyFile(this.#init.keyFile),
    ];
    for (const former of formers) {
      const before = openWith(former, row.sealed_key, row.version);
      if (before && 'bytes' in key) return this.#rotate(before, row.version, key.bytes);
    }
    this.#dataKey = undefined;
    const why = 'why' in key ? key.why : 'the key is not the one they were stored with';
    this.#state = { state: 'sealed', why };
  }

  #operatorKey(): OperatorKey {
    const { key, keyFile } = this.#init;
    if (key) return configuredKey(key, 'GUILDMESH_VAULT_KEY');
    return readKeyFile(keyFile) ?? { why: `${keyFile} is missing` };
  }

  async #create(): Promise<void> {
    const { chance, db } = this.#components;
    const { key, keyFile } = this.#init;
    const known = key ? configuredKey(key, 'GUILDMESH_VAULT_KEY') : readKeyFile(keyFile);
    const operatorKey = known ?? { bytes: makeKeyFile(keyFile, chance) };
    if ('why' in operatorKey) throw publishErrors.PUBLISH_VAULT_SEALED({ why: operatorKey.why });
    const sealed_key = this.#sealWith(operatorKey.bytes, chance.bytes(keyBytes), aboutKey(1));
    // Of several hubs the first makes it, and the others open what it made.
    await db
      .insertInto('vault')
      .values({ id: ROW, version: 1, sealed_key })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    await this.#load();
  }

  /** A new data key under the new operator's key, and every record sealed anew, in one transaction. */
  async #rotate(before: Uint8Array, version: number, operatorKey: Uint8Array): Promise<void> {
    const { chance, db, logger } = this.#components;
    const dataKey = chance.bytes(keyBytes);
    const sealed_key = this.#sealWith(operatorKey, dataKey, aboutKey(version + 1));
    const done = await transact(db, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('vault')
        .set({ version: version + 1, sealed_key })
        .where('id', '=', ROW)
        .where('version', '=', version)
        .executeTakeFirst();
      if (numUpdatedRows === 1n) await this.#sealAnew(tx, before, dataKey);
      return numUpdatedRows === 1n;
    });
    if (!done) return this.#load();
    this.#opened(dataKey, version + 1);
    logger.info({ version: version + 1 }, 'credentials are sealed with the new key');
  }

  async #sealAnew(tx: Transaction<Schema>, before: Uint8Array, dataKey: Uint8Array): Promise<void> {
    for (const row of await tx.selectFrom('credential').selectAll().execute()) {
      const record = { targetId: row.target_id, name: row.name, version: row.version };
      const plain = unseal(before, row.sealed, aboutRecord(record));
      // What was damaged before stays so, and is told when it is needed.
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

  #opened(bytes: Uint8Array, version: number): void {
    this.#dataKey = { bytes, version };
    this.#state = { state: 'open' };
  }

  #sealWith(key: Uint8Array, plain: Uint8Array, about: string): string {
    return seal(key, plain, about, this.#components.chance.bytes(nonceBytes));
  }
}

function openWith(key: OperatorKey | undefined, sealed: string, version: number): Buffer | undefined {
  return key && 'bytes' in key ? unseal(key.bytes, sealed, aboutKey(version)) : undefined;
}

function aboutKey(version: number): string {
  return `guildmesh data key ${version}`;
}

function aboutRecord({ targetId, name, version }: SealedRecord): string {
  return `guildmesh credential ${JSON.stringify([targetId, name, version])}`;
}
