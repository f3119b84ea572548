import { createHash } from 'node:crypto';
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Engine } from '#storage/database.ts';
import type { Migration } from '#storage/migration.ts';

const parts = {
  sqlite: { Adapter: SqliteAdapter, Introspector: SqliteIntrospector, Compiler: SqliteQueryCompiler },
  postgres: { Adapter: PostgresAdapter, Introspector: PostgresIntrospector, Compiler: PostgresQueryCompiler },
};

/** What a migration sends to an engine, statement by statement with its parameters. No engine is needed. */
export async function emittedSql(migration: Migration, engine: Engine): Promise<string[]> {
  const statements: string[] = [];
  const { Adapter, Introspector, Compiler } = parts[engine];
  const db = new Kysely({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new RecordingDriver(statements),
      createIntrospector: (kysely) => new Introspector(kysely),
      createQueryCompiler: () => new Compiler(),
    },
  });
  await migration.up(db);
  return statements;
}

/** 16 hex digits over what either engine gets. */
export async function hashOf(migration: Migration): Promise<string> {
  const hash = createHash('sha256');
  for (const engine of ['sqlite', 'postgres'] as const)
    hash.update(JSON.stringify([engine, await emittedSql(migration, engine)]));
  return hash.digest('hex').slice(0, 16);
}

class RecordingDriver extends DummyDriver {
  readonly #statements: string[];

  constructor(statements: string[]) {
    super();
    this.#statements = statements;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const executeQuery = async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      this.#statements.push(`${query.sql} ${JSON.stringify(query.parameters)}`);
      return { rows: query.sql.startsWith('select ') ? [oneRow<Row>(query.sql)] : [] };
    };
    return { executeQuery, streamQuery: () => Promise.reject(new Error('nothing is streamed')) as never };
  }
}

/** So that statements which copy rows are emitted, too: each column holds its own name. */
function oneRow<Row>(select: string): Row {
  const [columns = ''] = select.split(' from ');
  return Object.fromEntries([...columns.matchAll(/"(\w+)"/g)].map(([, name]) => [name, name])) as Row;
}
