import type { Kysely, Transaction } from 'kysely';

type Work<Tables, Result> = (tx: Transaction<Tables>) => Promise<Result>;

interface Waiting<Tables> {
  work: Work<Tables, unknown>;
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

/**
 * Puts what is asked for while a transaction commits into the next one: one flush to disk serves many writers. Work
 * must not throw for reasons of its own, since an exception undoes the whole group; it answers by its result.
 */
export class GroupCommit<Tables> {
  readonly #db: Kysely<Tables>;
  readonly #groupMax: number;
  #waiting: Waiting<Tables>[] = [];
  #running: Promise<void> | undefined;

  constructor(db: Kysely<Tables>, groupMax = 256) {
    this.#db = db;
    this.#groupMax = groupMax;
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
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, this.#groupMax));
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting<Tables>[]): Promise<void> {
    try {
      const results = await this.#db.transaction().execute(async (tx) => {
        const done: unknown[] = [];
        for (const { work } of group) done.push(await work(tx));
        return done;
      });
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as never);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
