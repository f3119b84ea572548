import type { Kysely, Transaction } from 'kysely';
import { isContention } from './postgres/postgres-errors.ts';

/** How often a transaction that the server aborted in favour of another is retried. */
export const transactionRetriesMax = 5;

/**
 * Runs `work` in a transaction, and again from its start after a deadlock or a serialisation failure: the transaction
 * in its way has then finished, so there is nothing to wait for. `work` must have no effect but its statements.
 */
export async function transact<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (retries >= transactionRetriesMax || !isContention(error)) throw error;
    }
  }
}
