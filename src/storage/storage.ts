import { join } from 'node:path';
import { Keyv } from 'keyv';
import type { Kysely } from 'kysely';
import type { GrantStore } from '#contracts/grant-store.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { ActionLedger } from '#contracts/perform.ts';
import type { TrustStore } from '#contracts/trust-store.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { SqlActionLedger } from './action-ledger.ts';
import { createDatabase, prepareDatabase } from './database.ts';
import { createGrantStore } from './grant-store.ts';
import { createIntentStore } from './intent-store.ts';
import { KeyvSqlite } from './keyv-sqlite.ts';
import type { Schema } from './schema.ts';
import { claimStateFolder, type StateFolder } from './state-folder.ts';
import { createTrustStore } from './trust-store.ts';

const MEBIBYTE_BYTES = 1024 * 1024;
const CACHE_LIMITS = { bytesMax: 64 * MEBIBYTE_BYTES, entriesMax: 50_000, valueBytesMax: MEBIBYTE_BYTES };

export interface StorageComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface StorageInit {
  /** Made if needed; owned by one process at a time. */
  stateDir: string;
}

export function createStorage(components: StorageComponents, init: StorageInit): Storage {
  return new Storage(components, init);
}

/** Everything that must survive. The stores may be handed out at once and used once it has started. */
export class Storage implements Startable {
  readonly name = 'storage';
  readonly ledger: ActionLedger;
  readonly intents: IntentStore;
  readonly trust: TrustStore;
  readonly grants: GrantStore;
  /** May be lost at any time. */
  readonly cache: Keyv;
  readonly #components: StorageComponents;
  readonly #init: StorageInit;
  readonly #file: string;
  readonly #db: Kysely<Schema>;
  readonly #ledger: SqlActionLedger;
  readonly #cacheFile: KeyvSqlite;
  #folder: StateFolder | undefined;

  constructor(components: StorageComponents, init: StorageInit) {
    this.#components = components;
    this.#init = init;
    this.#file = join(init.stateDir, 'hub.db');
    this.#db = createDatabase({ file: this.#file });
    this.#ledger = new SqlActionLedger({ db: this.#db, clock: components.clock, chance: components.chance });
    this.ledger = this.#ledger;
    this.intents = createIntentStore(this.#db);
    this.trust = createTrustStore(this.#db);
    this.grants = createGrantStore(this.#db);
    this.#cacheFile = new KeyvSqlite(components, { file: join(init.stateDir, 'cache.db'), ...CACHE_LIMITS });
    this.cache = new Keyv({ store: this.#cacheFile });
    this.cache.on('error', (error: unknown) => components.logger.warn({ err: error }, 'cache failed'));
  }

  /**
   * Throws STORAGE_STATE_UNWRITABLE, STORAGE_STATE_IN_USE, STORAGE_CORRUPT, STORAGE_SCHEMA_NEWER, STORAGE_FULL or
   * STORAGE_IO_FAILED.
   */
  async start(): Promise<void> {
    this.#folder = claimStateFolder(this.#init.stateDir);
    await prepareDatabase(this.#components, this.#db, { file: this.#file });
    await this.#ledger.open();
    this.#cacheFile.open();
  }

  async stop(): Promise<void> {
    await this.cache.disconnect();
    await this.#db.destroy();
    this.#folder?.release();
  }
}
