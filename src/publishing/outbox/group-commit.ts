import type { Kysely, Transaction } from 'kysely';
import { transact } from '#storage/transaction.ts';

type Work<Tables, Result> = (tx: Transaction<Tables>) => Promise<Result>;

interface Waiting<Tables> {
  work: Work<Tables, unknown>;
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

/** More wait for the next flush. */
export const groupMax = 256;

/**
 * Puts what is asked for while a transaction commits into the next one: one flush to disk serves many writers. Work may
 * run more than once, so it must have no effect but its statements. One that throws undoes the group, whose members
 * then run one by one: only the guilty fails.
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
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Waiting<Tables>['resolve'], reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    // The rest of this turn may still join the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, groupMax));
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting<Tables>[]): Promise<void> {
    try {
      const results = await transact(this.#db, async (tx) => {
        const done: unknown[] = [];
        for (const { work } of group) done.push(await work(tx));
        return done;
      });
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as never);
      });
    } catch (error) {
      const [only, ...others] = group;
      if (only && others.length === 0) return only.reject(error);
      for (const one of group) await this.#commit([one]);
    }
  }
}
