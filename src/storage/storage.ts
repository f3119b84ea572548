import { join } from 'node:path';
import { Keyv } from 'keyv';
import type { Kysely } from 'kysely';
import type { ActionLedger } from '#contracts/action-ledger.ts';
import type { AuditReader } from '#contracts/audit.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { SqlActionLedger } from './action-ledger.ts';
import { createAuditReader } from './audit-log.ts';
import { createDatabase, type DatabasePlace, type Engine, engineOf, prepareDatabase } from './database.ts';
import { readHubId } from './hub-id.ts';
import { createIntentStore } from './intent-store.ts';
import { KeyvSqlite } from './keyv-sqlite.ts';
import { refuseLostDatabase } from './lost-database.ts';
import { inOrder, type Migration } from './migration.ts';
import type { Schema } from './schema.ts';
import { claimStateFolder, type StateFolder } from './state-folder.ts';
import { inStateFolder, stateRefusal } from './state-refusal.ts';
import { storageTables } from './tables/owned.ts';

const mebibyteBytes = 1024 * 1024;
const cacheLimits = { bytesMax: 64 * mebibyteBytes, entriesMax: 50_000, valueBytesMax: mebibyteBytes };

export interface StorageComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface StorageInit {
  /** Made if needed; owned by one process at a time. */
  stateDir: string;
  /** Replaces `hub.db`; the state folder still holds the node's key and caches. */
  postgresUrl?: Secret | undefined;
  /** Allows an empty database though the hub has run before; for one start. */
  beginAnew?: boolean;
  /** Migrations of all services that keep tables here. */
  migrations: readonly Migration[];
  /** Files and folders that these services make in the state folder, and only where a database has been. */
  stateNames?: readonly string[];
  /** The folder of artifacts, if outside the state folder. */
  artifactsDir?: string | undefined;
}

export function createStorage(components: StorageComponents, init: StorageInit): Storage {
  return new Storage(components, init);
}

/** Everything that must survive. The stores are available at once, and usable after the start. */
export class Storage implements Startable {
  readonly name = 'storage';
  /** Services see their own tables in it through `tablesOf`. */
  readonly db: Kysely<Schema>;
  readonly engine: Engine;
  readonly ledger: ActionLedger;
  readonly audit: AuditReader;
  readonly intents: IntentStore;
  /** May be lost at any time. */
  readonly cache: Keyv;
  readonly #components: StorageComponents;
  readonly #init: StorageInit;
  readonly #place: DatabasePlace;
  readonly #migrations: readonly Migration[];
  readonly #ledger: SqlActionLedger;
  readonly #cacheFile: KeyvSqlite;
  #folder: StateFolder | undefined;
  #hubId: string | undefined;

  constructor(components: StorageComponents, init: StorageInit) {
    this.#components = components;
    this.#init = init;
    this.#place = init.postgresUrl
      ? { postgresUrl: init.postgresUrl }
      : { file: join(init.stateDir, 'hub.db') };
    this.#migrations = inOrder([...storageTables.migrations, ...init.migrations]);
    this.engine = engineOf(this.#place);
    this.db = createDatabase(this.#place);
    const hubId = () => this.hubId;
    this.#ledger = new SqlActionLedger({ ...components, db: this.db, engine: this.engine, hubId });
    this.ledger = this.#ledger;
    this.audit = createAuditReader(this.db);
    this.intents = createIntentStore(this.db, hubId);
    this.#cacheFile = new KeyvSqlite(components, { file: join(init.stateDir, 'cache.db'), ...cacheLimits });
    this.cache = new Keyv({ store: this.#cacheFile });
    this.cache.on('error', (error: unknown) => components.logger.warn({ err: error }, 'cache failed'));
  }

  /** The id of this hub among those that share the database; empty for a database of its own. Known after the start. */
  get hubId(): string {
    if (this.#hubId === undefined) throw new Error('storage has not started');
    return this.#hubId;
  }

  /**
   * Throws STORAGE_STATE_* and STORAGE_SCHEMA_NEWER; for a file also
   * STORAGE_DATABASE_MISSING, STORAGE_CORRUPT or STORAGE_IO_FAILED, for Postgres STORAGE_DATABASE_UNREACHABLE or STORAGE_CLOCK_SKEWED.
   */
  async start(): Promise<void> {
    const { stateDir } = this.#init;
    this.#folder = claimStateFolder(stateDir);
    inStateFolder(stateDir, () => this.#refuseLost());
    this.#hubId = this.engine === 'sqlite' ? '' : readHubId(stateDir, this.#components.chance);
    try {
      await prepareDatabase(this.#components, this.db, { ...this.#place, migrations: this.#migrations });
      await this.#ledger.open();
    } catch (error) {
      throw isGuildmeshError(error, 'STORAGE_FULL') ? stateRefusal(stateDir, error) : error;
    }
    inStateFolder(stateDir, () => this.#cacheFile.open());
  }

  #refuseLost(): void {
    if (this.#place.postgresUrl) return;
    const { stateDir, artifactsDir, beginAnew = false, stateNames: ofServices = [] } = this.#init;
    const stateNames = [...(storageTables.stateNames ?? []), ...ofServices];
    const { file } = this.#place;
    refuseLostDatabase({ stateDir, file, artifactsDir, stateNames, beginAnew }, this.#components.logger);
  }

  async stop(): Promise<void> {
    await this.cache.disconnect();
    await this.db.destroy();
    this.#folder?.release();
  }
}
