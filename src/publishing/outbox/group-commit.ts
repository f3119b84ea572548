import type { Kysely, Transaction } from 'kysely';
import { transact } from '#storage/transaction.ts';

/** Does one kind of work for all simultaneous callers; returns results in their order. */
export type BatchWork<Tables, Item, Result> = (
  tx: Transaction<Tables>,
  items: readonly Item[],
) => Promise<readonly Result[]>;

type Work<Tables, Result> = (tx: Transaction<Tables>) => Promise<Result>;

interface Waiting<Tables> {
  kind: BatchWork<Tables, never, unknown>;
  item: never;
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

/** More wait for the next flush. */
export const groupMax = 256;

/**
 * Puts requests that come while a transaction commits into the next one: one flush to disk serves many writers. Work
 * may run more than once, so it must have no effect but its statements. A failure undoes the group, whose members then
 * run one by one: only the failing write is rejected.
 */
export class GroupCommit<Tables> {
  readonly #db: Kysely<Tables>;
  #waiting: Waiting<Tables>[] = [];
  #running: Promise<void> | undefined;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Resolves after the commit. */
  run<Result>(work: Work<Tables, Result>): Promise<Result> {
    return this.together(runEach as BatchWork<Tables, Work<Tables, Result>, Result>, work);
  }

  /**
   * Like `run`, but together with other waiting requests of the same kind: a few statements for many instead of a few
   * for each. A kind is identified by its function.
   */
  together<Item, Result>(kind: BatchWork<Tables, Item, Result>, item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ kind, item, resolve, reject } as unknown as Waiting<Tables>);
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    // Other requests of this turn may still join the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, groupMax));
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting<Tables>[]): Promise<void> {
    try {
      const kinds = [...Map.groupBy(group, ({ kind }) => kind)];
      const results = await transact(this.#db, async (tx) => {
        const done: (readonly unknown[])[] = [];
        for (const [kind, same] of kinds)
          done.push(
            await kind(
              tx,
              same.map(({ item }) => item),
            ),
          );
        return done;
      });
      for (const [index, [, same]] of kinds.entries())
        for (const [place, { resolve }] of same.entries()) resolve(results[index]?.[place] as never);
    } catch (error) {
      const [only, ...others] = group;
      if (only && others.length === 0) return only.reject(error);
      for (const one of group) await this.#commit([one]);
    }
  }
}

async function runEach<Tables>(
  tx: Transaction<Tables>,
  works: readonly Work<Tables, unknown>[],
): Promise<unknown[]> {
  const done: unknown[] = [];
  for (const work of works) done.push(await work(tx));
  return done;
}
