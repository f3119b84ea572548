import type { Receipt } from '#contracts/publisher.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import type { Engine } from '#storage/database.ts';
import type { DeliveryAttemptTable, OutboxTables } from '#storage/outbox-tables.ts';
import { refund } from './budget.ts';
import type { DeliveryChanges } from './changes.ts';
import { claim, nextDueAtMs } from './claim.ts';
import type { Claimed, Database, Release, Tx } from './delivery.ts';
import type { GroupCommit } from './group-commit.ts';
import { assertMove, eventOf, isOpen } from './transitions.ts';

export interface OutboxStoreComponents {
  db: Database;
  group: Pick<GroupCommit<OutboxTables>, 'run'>;
  ids: SortableIds;
  changes: DeliveryChanges;
}

export interface OutboxStoreInit {
  engine: Engine;
  /** By how much the clocks of workers on one database may differ; 0 where one process has it alone. */
  clockSkewMaxMs: number;
}

export interface AttemptStart {
  stepId: string;
  kind: DeliveryAttemptTable['kind'];
  worker: string;
  nowMs: number;
}

export interface AttemptEnd {
  stepId: string;
  attemptId: string;
  outcome: string;
  /** For people; cut. */
  detail: string;
  /** What it makes of its step; undefined: nothing. */
  step?: { state: 'waiting' | 'unknown' | 'done'; receipt?: Receipt };
  /** In the same transaction. */
  release?: Release;
  nowMs: number;
}

/** Longer texts from targets are kept cut. */
export const detailCharsMax = 2_000;

/** The part of the outbox that workers drive: claim, begin, end, release. */
export class OutboxStore {
  readonly #components: OutboxStoreComponents;
  readonly #init: OutboxStoreInit;

  constructor(components: OutboxStoreComponents, init: OutboxStoreInit) {
    this.#components = components;
    this.#init = init;
  }

  async claim(worker: string, limit: number, nowMs: number, leaseMs: number): Promise<Claimed[]> {
    const leaseUntilMs = nowMs + leaseMs;
    const takeOverAtMs = leaseUntilMs + this.#init.clockSkewMaxMs;
    const request = { worker, limit, nowMs, leaseUntilMs, takeOverAtMs };
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
    const attemptId = ids.next();
    const { stepId, kind, worker, nowMs } = start;
    return group.run(async (tx) => {
      if (nowMs >= delivery.leaseUntilMs || !(await this.#holds(tx, delivery))) return undefined;
      if (kind === 'execute') {
        await tx
          .updateTable('delivery_step')
          .set((eb) => ({
            state: 'sending',
            first_attempt_at_ms: eb.fn.coalesce('first_attempt_at_ms', eb.val(nowMs)),
            last_attempt_at_ms: nowMs,
          }))
          .where('delivery_id', '=', delivery.id)
          .where('step_id', '=', stepId)
          .execute();
      }
      await tx
        .insertInto('delivery_attempt')
        .values({
          id: attemptId,
          delivery_id: delivery.id,
          step_id: stepId,
          fence: delivery.fence,
          worker,
          kind,
          at_ms: nowMs,
          outcome: null,
          detail: null,
        })
        .execute();
      return attemptId;
    });
  }

  /** Records how an attempt ended. False: the delivery is in other hands, and only the journal was written. */
  async endAttempt(delivery: Claimed, end: AttemptEnd): Promise<boolean> {
    const kept = await this.#components.group.run(async (tx) => {
      await tx
        .updateTable('delivery_attempt')
        .set({ outcome: end.outcome, detail: end.detail.slice(0, detailCharsMax) })
        .where('id', '=', end.attemptId)
        .execute();
      if (!(await this.#holds(tx, delivery))) return false;
      if (end.step) {
        await tx
          .updateTable('delivery_step')
          .set({
            state: end.step.state,
            last_attempt_at_ms: end.nowMs,
            ...(end.step.receipt ? { receipt: JSON.stringify(end.step.receipt) } : {}),
          })
          .where('delivery_id', '=', delivery.id)
          .where('step_id', '=', end.stepId)
          .execute();
      }
      if (end.release) await letGo(tx, delivery, end.release, end.nowMs);
      return true;
    });
    if (kept && end.release) this.#tell(delivery);
    return kept;
  }

  /** Lets go of a delivery in a new state. False: it was in other hands already. */
  async release(delivery: Claimed, release: Release, nowMs: number): Promise<boolean> {
    const released = await this.#components.group.run((tx) => letGo(tx, delivery, release, nowMs));
    if (released) this.#tell(delivery);
    return released;
  }

  /** After a failure of ours in mid-work, not the target's: as a crash would leave it, but at once and uncounted. */
  async giveBack(delivery: Claimed, dueAtMs: number, nowMs: number): Promise<boolean> {
    return this.#components.group.run(async (tx) => {
      const steps = await tx
        .selectFrom('delivery_step')
        .select('state')
        .where('delivery_id', '=', delivery.id)
        .execute();
      const doubtful = steps.some(({ state }) => state === 'sending' || state === 'unknown');
      return letGo(tx, delivery, { state: doubtful ? 'unknown' : 'pending', dueAtMs }, nowMs);
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
   * What an earlier process held is nobody's any more: of the worker of this name, or, on a database that one process
   * has alone, of any.
   */
  async releaseLeases(worker: string | undefined, nowMs: number): Promise<void> {
    await this.#components.db
      .updateTable('delivery')
      .set({ claim_at_ms: nowMs })
      .where('state', '=', 'sending')
      .$if(worker !== undefined, (query) => query.where('worker', '=', worker ?? ''))
      .execute();
  }

  nextDueAtMs(nowMs: number): Promise<number | undefined> {
    return nextDueAtMs(this.#components.db, nowMs);
  }

  #tell({ id, publicationId }: Claimed): void {
    this.#components.changes.tell({ deliveryId: id, publicationId });
  }

  /** Locks the row where others could change it before the transaction ends. */
  async #holds(tx: Tx, delivery: Claimed): Promise<boolean> {
    const row = await tx
      .selectFrom('delivery')
      .select('fence')
      .where('id', '=', delivery.id)
      .where('state', '=', 'sending')
      .$if(this.#init.engine === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst();
    return row?.fence === delivery.fence;
  }
}

async function letGo(tx: Tx, delivery: Claimed, release: Release, nowMs: number): Promise<boolean> {
  assertMove(eventOf(release.state), 'sending', release.state);
  const result = await tx
    .updateTable('delivery')
    .set((eb) => ({
      state: release.state,
      open: isOpen(release.state) ? 1 : 0,
      claim_at_ms: release.dueAtMs ?? null,
      due_at_ms: release.dueAtMs ?? null,
      worker: null,
      updated_at_ms: nowMs,
      attempt_count: eb('attempt_count', '+', release.countAttempt ? 1 : 0),
      error_code: release.error?.code ?? null,
      error_text: release.error?.text.slice(0, detailCharsMax) ?? null,
      give_up_at_ms: release.giveUpAtMs ?? null,
      ...(release.receipt ? { receipt: JSON.stringify(release.receipt) } : {}),
    }))
    .where('id', '=', delivery.id)
    .where('fence', '=', delivery.fence)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  if (release.state === 'failed' && delivery.costMicros > 0) await refund(tx, [delivery.id]);
  return true;
}
