import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';
import type { Clock } from '#core/clock.ts';
import { makePrivateDatabase } from './files/private-file.ts';

export interface KeyvSqliteInit {
  file: string;
  /** Limit for all values together, in UTF-8. */
  bytesMax: number;
  entriesMax: number;
  /** Longer values aren't stored. */
  valueBytesMax: number;
}

/** The adapter's contract without its events: this one throws instead, and Keyv reports it. */
type Adapter = Pick<
  KeyvStorageAdapter,
  | 'namespace'
  | 'capabilities'
  | 'get'
  | 'getMany'
  | 'has'
  | 'hasMany'
  | 'set'
  | 'setMany'
  | 'delete'
  | 'deleteMany'
  | 'clear'
  | 'disconnect'
>;

interface Statements {
  get: StatementSync;
  set: StatementSync;
  delete: StatementSync;
  clear: StatementSync;
  purge: StatementSync;
  /** Rows, oldest first. */
  oldest: StatementSync;
  totals: StatementSync;
}

const evictedAtOnce = 64;

/**
 * Keyv's store for values that may be lost: one file of its own, written without waiting for the disk; a damaged one is
 * thrown away. Above the limits, expired entries are removed first, then those written longest ago. Before `open` and
 * after `disconnect` reads find nothing and writes are ignored.
 */
export class KeyvSqlite implements Adapter {
  namespace: string | undefined;
  readonly capabilities = keyvStorageCapability(this);
  readonly #clock: Clock;
  readonly #init: KeyvSqliteInit;
  #database: DatabaseSync | undefined;
  #statements: Statements | undefined;
  #bytes = 0;
  #entries = 0;

  constructor(components: { clock: Clock }, init: KeyvSqliteInit) {
    this.#clock = components.clock;
    this.#init = init;
  }

  open(): void {
    try {
      this.#open();
    } catch {
      // Damaged, or of another version: losing a cache is cheaper than repairing it.
      this.#close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(this.#init.file + suffix, { force: true });
      this.#open();
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the adapter's contract; Keyv decodes the text
  async get(key: string): Promise<any> {
    const row = this.#statements?.get.get(this.#scope(), key, this.#clock.nowMs());
    return row?.value;
  }

  async getMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  async set(key: string, value: unknown, expiresAtMs?: number): Promise<boolean> {
    const text = String(value);
    const bytes = Buffer.byteLength(text);
    // Whether or not the new value is stored, the old one is no longer true.
    await this.delete(key);
    if (!this.#statements || bytes > this.#init.valueBytesMax) return false;
    this.#statements.set.run(this.#scope(), key, text, bytes, expiresAtMs ?? null, this.#clock.nowMs());
    this.#bytes += bytes;
    this.#entries += 1;
    this.#keepLimits(this.#statements);
    return true;
  }

  async setMany(entries: KeyvStorageEntry[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)));
  }

  async delete(key: string): Promise<boolean> {
    const row = this.#statements?.delete.get(this.#scope(), key);
    if (!row) return false;
    this.#bytes -= Number(row.bytes);
    this.#entries -= 1;
    return true;
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.delete(key)));
  }

  async clear(): Promise<void> {
    this.#statements?.clear.run(this.#scope());
    this.#count();
  }

  async disconnect(): Promise<void> {
    this.#close();
  }

  #open(): void {
    makePrivateDatabase(this.#init.file);
    const database = new DatabaseSync(this.#init.file);
    this.#database = database;
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = off;
      create table if not exists entry (
        scope text not null, key text not null, value text not null, bytes integer not null,
        expires_at_ms real, written_at_ms real not null, primary key (scope, key)
      );
      create index if not exists entry_by_age on entry (written_at_ms);
      create index if not exists entry_by_expiry on entry (expires_at_ms);
    `);
    this.#statements = prepare(database);
    this.#statements.purge.run(this.#clock.nowMs());
    this.#count();
    this.#keepLimits(this.#statements);
  }

  #close(): void {
    if (this.#database?.isOpen) this.#database.close();
    this.#database = undefined;
    this.#statements = undefined;
  }

  #keepLimits(statements: Statements): void {
    if (!this.#overLimits()) return;
    if (statements.purge.run(this.#clock.nowMs()).changes) this.#count();
    while (this.#overLimits()) {
      for (const row of statements.oldest.all(evictedAtOnce)) {
        if (this.#overLimits()) this.#evict(statements, row);
      }
    }
  }

  #evict(statements: Statements, row: Record<string, SQLOutputValue>): void {
    statements.delete.get(row.scope as string, row.key as string);
    this.#bytes -= Number(row.bytes);
    this.#entries -= 1;
  }

  #overLimits(): boolean {
    return this.#bytes > this.#init.bytesMax || this.#entries > this.#init.entriesMax;
  }

  #count(): void {
    const totals = this.#statements?.totals.get();
    this.#entries = Number(totals?.entries ?? 0);
    this.#bytes = Number(totals?.bytes ?? 0);
  }

  #scope(): string {
    return this.namespace ?? '';
  }
}

function prepare(database: DatabaseSync): Statements {
  return {
    get: database.prepare(
      'select value from entry where scope = ? and key = ? and (expires_at_ms is null or expires_at_ms > ?)',
    ),
    set: database.prepare(
      'insert into entry (scope, key, value, bytes, expires_at_ms, written_at_ms) values (?, ?, ?, ?, ?, ?)',
    ),
    delete: database.prepare('delete from entry where scope = ? and key = ? returning bytes'),
    clear: database.prepare('delete from entry where scope = ?'),
    purge: database.prepare('delete from entry where expires_at_ms <= ?'),
    oldest: database.prepare('select scope, key, bytes from entry order by written_at_ms, rowid limit ?'),
    totals: database.prepare('select count(*) as entries, coalesce(sum(bytes), 0) as bytes from entry'),
  };
}
