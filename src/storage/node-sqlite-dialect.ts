import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { PreparedStatements } from './prepared-statements.ts';
import { translateSqliteError } from './sqlite-errors.ts';

/**
 * Another process (a backup tool) may hold the file for a moment. The wait blocks the event loop, so it is short;
 * our own process never competes with itself.
 */
const busyTimeoutMs = 2_000;

export interface NodeSqliteInit {
  file: string;
  /** Run once on each new connection. */
  pragmas: readonly string[];
}

/**
 * Kysely over node:sqlite. Opens the file at the first query. The adapter admits one connection, which Kysely hands
 * out to one query or transaction at a time: a transaction is never mixed with other work.
 */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #init: NodeSqliteInit;

  constructor(init: NodeSqliteInit) {
    super({ database: () => Promise.reject(new Error('opened by createDriver')) });
    this.#init = init;
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#init);
  }
}

class NodeSqliteDriver extends SqliteDriver {
  #database: DatabaseSync | undefined;

  constructor(init: NodeSqliteInit) {
    super({
      database: async () => {
        this.#database = open(init);
        return adapt(this.#database, init.file);
      },
    });
  }

  /** Takes the write lock immediately: a read that later becomes a write could fail half-way. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk or a failed write ends the transaction automatically; a second end would hide the first reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database?.isTransaction) await super.rollbackTransaction(connection);
  }
}

function open(init: NodeSqliteInit): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(init.file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    for (const pragma of init.pragmas) database.exec(`pragma ${pragma}`);
    return database;
  } catch (error) {
    database?.close();
    throw translateSqliteError(error, init.file);
  }
}

function adapt(database: DatabaseSync, file: string): SqliteDatabase {
  const translating = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw translateSqliteError(error, file);
    }
  };
  const prepare = (sql: string) => statementOf(database.prepare(sql), translating);
  const prepared = new PreparedStatements(prepare);
  return {
    prepare: (sql) => translating(() => prepared.of(sql)),
    close: () => database.close(),
  };
}

function statementOf(statement: StatementSync, translating: <T>(run: () => T) => T): SqliteStatement {
  const valuesOf = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translating(() => statement.all(...valuesOf(parameters))),
    run: (parameters) => translating(() => statement.run(...valuesOf(parameters))),
    iterate: (parameters) => translating(() => statement.iterate(...valuesOf(parameters))),
  };
}
