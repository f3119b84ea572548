import type { SortableIds } from '#core/sortable-id.ts';
import type { Engine } from '#storage/database.ts';
import type { OutboxTables } from '../tables/outbox.ts';
import {
  type AttemptEnd,
  type AttemptStart,
  type Begun,
  beginAttempts,
  type Ended,
  endAttempts,
} from './attempts.ts';
import type { DeliveryChanges } from './changes.ts';
import { claim, nextDueAtMs } from './claim.ts';
import { type Claimed, type Database, isDoubtful, type Release } from './delivery.ts';
import { addLanes } from './enqueue.ts';
import type { BatchWork, GroupCommit } from './group-commit.ts';
import { type LettingGo, letGo } from './release.ts';

export interface OutboxStoreComponents {
  db: Database;
  group: Pick<GroupCommit<OutboxTables>, 'run' | 'together'>;
  ids: SortableIds;
  changes: DeliveryChanges;
  /** Guilds that are served no longer. */
  heldGuildIds: () => readonly string[];
}

export interface OutboxStoreInit {
  engine: Engine;
  /** Possible difference between the clocks of workers on one database; 0 where one process uses it alone. */
  clockSkewMaxMs: number;
}

/** The part of the outbox that workers use: claim, begin, end, release. */
export class OutboxStore {
  readonly #components: OutboxStoreComponents;
  readonly #init: OutboxStoreInit;
  readonly #begin: BatchWork<OutboxTables, Begun, string | undefined>;
  readonly #end: BatchWork<OutboxTables, Ended, boolean>;
  readonly #letGo: BatchWork<OutboxTables, LettingGo, boolean>;

  constructor(components: OutboxStoreComponents, init: OutboxStoreInit) {
    const { engine } = init;
    this.#components = components;
    this.#init = init;
    this.#begin = (tx, all) => beginAttempts(tx, engine, all);
    this.#end = (tx, all) => endAttempts(tx, engine, all);
    this.#letGo = async (tx, all) => {
      const released = await letGo(tx, engine, all);
      return all.map(({ delivery }) => released.has(delivery.id));
    };
  }

  async claim(worker: string, limit: number, nowMs: number, leaseMs: number): Promise<Claimed[]> {
    const leaseUntilMs = nowMs + leaseMs;
    const takeOverAtMs = leaseUntilMs + this.#init.clockSkewMaxMs;
    const heldGuildIds = this.#components.heldGuildIds();
    const request = { worker, limit, nowMs, leaseUntilMs, takeOverAtMs, heldGuildIds };
    const claimed = await this.#components.group.run((tx) => claim(tx, this.#init.engine, request));
    for (const delivery of claimed) this.#tell(delivery);
    return claimed;
  }

  /**
   * Makes durable that a request is about to leave, with its journal row. Undefined: the lease was lost, nothing may
   * leave. Throws when it can't be recorded, and then nothing may leave either.
   */
  beginAttempt(delivery: Claimed, start: AttemptStart): Promise<string | undefined> {
    const { group, ids } = this.#components;
    return group.together(this.#begin, { delivery, attemptId: ids.next(), start });
  }

  /** Records how an attempt ended. False: another worker has the delivery, and only the journal was written. */
  async endAttempt(delivery: Claimed, end: AttemptEnd): Promise<boolean> {
    const kept = await this.#components.group.together(this.#end, { delivery, end });
    if (kept && end.release) this.#tell(delivery);
    return kept;
  }

  /** Releases a delivery in a new state. False: another worker had it already. */
  async release(delivery: Claimed, release: Release, nowMs: number): Promise<boolean> {
    const released = await this.#components.group.together(this.#letGo, { delivery, release, nowMs });
    if (released) this.#tell(delivery);
    return released;
  }

  /**
   * After a failure of ours during the work, not the target's: as a crash would leave it, but immediately and
   * uncounted.
   */
  async giveBack(delivery: Claimed, dueAtMs: number, nowMs: number): Promise<boolean> {
    return this.#components.group.run(async (tx) => {
      const steps = await tx
        .selectFrom('delivery_step')
        .select('state')
        .where('delivery_id', '=', delivery.id)
        .execute();
      const doubtful = steps.some(isDoubtful);
      const release = { state: doubtful ? 'unknown' : 'pending', dueAtMs } as const;
      const released = await letGo(tx, this.#init.engine, [{ delivery, release, nowMs }]);
      return released.has(delivery.id);
    });
  }

  /** False: the lease is lost, and so is the right to write. */
  renew(delivery: Claimed, leaseUntilMs: number): Promise<boolean> {
    return this.#components.group.run(async (tx) => {
      const result = await tx
        .updateTable('delivery')
        .set({ claim_at_ms: leaseUntilMs + this.#init.clockSkewMaxMs })
        .where('id', '=', delivery.id)
        .where('fence', '=', delivery.fence)
        .where('state', '=', 'sending')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    });
  }

  /**
   * Frees what an earlier process held: of the worker of this name, or, on a database that one process uses alone, of
   * any.
   */
  async releaseLeases(worker: string | undefined, nowMs: number): Promise<void> {
    await this.#components.db
      .updateTable('delivery')
      .set({ claim_at_ms: nowMs })
      .where('state', '=', 'sending')
      .$if(worker !== undefined, (query) => query.where('worker', '=', worker ?? ''))
      .execute();
  }

  /** A delivery whose target's name was damaged is in no lane: in one of its own it is claimed, and found out. */
  async addMissingLanes(): Promise<void> {
    const { db } = this.#components;
    const rows = await db
      .selectFrom('delivery')
      .select('target_id')
      .distinct()
      .where('open', '=', 1)
      .where('target_id', 'not in', db.selectFrom('target_lane').select('target_id'))
      .execute();
    if (rows.length > 0)
      await this.#components.group.run((tx) =>
        addLanes(
          tx,
          rows.map(({ target_id }) => target_id),
        ),
      );
  }

  nextDueAtMs(nowMs: number): Promise<number | undefined> {
    const { db, heldGuildIds } = this.#components;
    return nextDueAtMs(db, nowMs, heldGuildIds());
  }

  #tell({ id, publicationId }: Claimed): void {
    this.#components.changes.tell({ deliveryId: id, publicationId });
  }
}
