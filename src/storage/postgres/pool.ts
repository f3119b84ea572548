import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { Pool, type PoolClient, type QueryResult, types } from 'pg';
import type { Secret } from '#core/secret.ts';
import { placeOf, translatePostgresError } from './postgres-errors.ts';

/** Connections of one hub. A transaction holds one; the outbox groups its writes into one transaction at a time. */
export const postgresPoolMax = 10;
/** The server cancels a statement that takes longer. */
export const statementTimeoutMs = 15_000;
/** The server ends a transaction that a hanging hub has left open for longer, and frees its locks. */
export const idleTransactionTimeoutMs = 15_000;
const connectTimeoutMs = 10_000;
const int8Oid = 20;

export interface PostgresInit {
  url: Secret;
}

/** Opens nothing before the first query. Failures become errors of ours where one fits. */
export class TranslatingPool implements PostgresPool {
  readonly options: object;
  readonly #pool: Pool;
  readonly #place: string;
  /** Kysely recognises a connection by its identity. */
  readonly #clients = new WeakMap<PoolClient, PostgresPoolClient>();

  constructor(init: PostgresInit) {
    this.#place = placeOf(init.url);
    this.#pool = new Pool({
      connectionString: init.url.reveal(),
      max: postgresPoolMax,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
      application_name: 'guildmesh',
      types: { getTypeParser },
    });
    this.options = this.#pool.options;
    // An idle connection that breaks is replaced at the next query, which also reports what is wrong then.
    this.#pool.on('error', () => undefined);
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#translating(() => this.#pool.connect());
    const known = this.#clients.get(client);
    if (known) return known;
    const wrapped = this.#wrap(client);
    this.#clients.set(client, wrapped);
    return wrapped;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #wrap(client: PoolClient): PostgresPoolClient {
    const query = async (text: string, values: readonly unknown[]): Promise<QueryResult> =>
      this.#translating(() => client.query(text, [...values]));
    return {
      query: query as unknown as PostgresPoolClient['query'] & (<R>() => Promise<PostgresQueryResult<R>>),
      release: (destroy) => client.release(destroy),
    };
  }

  async #translating<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw translatePostgresError(error, this.#place);
    }
  }
}

/** Counts and sums are returned as numbers: none of ours comes near 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8Oid) return Number;
  return types.getTypeParser(oid, format as 'text');
}
