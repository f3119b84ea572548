import { type Kysely, sql, type Transaction } from 'kysely';
import type { Receipt, Step } from '#contracts/publisher.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import type { DeliveryState, DeliveryTable, OutboxTables } from '#storage/outbox-tables.ts';
import type { GroupCommit } from './group-commit.ts';

export type Database = Kysely<OutboxTables>;
export type Tx = Transaction<OutboxTables>;
export type Dialect = 'sqlite' | 'postgres';

export interface NewDelivery {
  id: string;
  publicationId: string;
  targetId: string;
  guildId: string;
  publisher: string;
  key: string;
  revision: number;
  state: 'awaiting-approval' | 'scheduled' | 'pending';
  dueAtMs: number;
  notAfterMs?: number;
  orderKey?: string;
  steps: readonly Step[];
  stepsHash: string;
  costMicros: number;
}

/** A delivery in this worker's hands until `leaseUntilMs`. Every write names the fence and fails softly when it is old. */
export interface Claimed {
  id: string;
  fence: number;
  key: string;
  publisher: string;
  targetId: string;
  guildId: string;
  publicationId: string;
  attemptCount: number;
  crashCount: number;
  stepsHash: string;
  costMicros: number;
  notAfterMs: number | undefined;
  leaseUntilMs: number;
  steps: ClaimedStep[];
}

export interface ClaimedStep {
  step: Step;
  state: 'waiting' | 'sending' | 'unknown' | 'done';
  firstAttemptAtMs: number | undefined;
  lastAttemptAtMs: number | undefined;
  receipt: Receipt | undefined;
}

export interface DeliveryError {
  code: string;
  /** For people; scrubbed. */
  text: string;
}

/** A person may still be needed for these; the rest is over. */
export const openStates: readonly DeliveryState[] = [
  'draft',
  'awaiting-approval',
  'scheduled',
  'pending',
  'sending',
  'confirming',
  'unknown',
];

/** The part of the outbox that the dispatcher drives: claim, begin, settle. */
export class OutboxStore {
  readonly #db: Database;
  readonly #dialect: Dialect;
  readonly #group: GroupCommit<OutboxTables>;
  readonly #ids: SortableIds;

  constructor(
    components: { db: Database; group: GroupCommit<OutboxTables>; ids: SortableIds },
    dialect: Dialect,
  ) {
    this.#db = components.db;
    this.#ids = components.ids;
    this.#group = components.group;
    this.#dialect = dialect;
  }

  /** Inside the caller's transaction, with whatever caused it. A key that exists already is left alone. */
  async enqueue(tx: Tx, deliveries: readonly NewDelivery[], nowMs: number): Promise<void> {
    for (const delivery of deliveries) {
      const inserted = await tx
        .insertInto('delivery')
        .values(rowOf(delivery, nowMs))
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 0n) continue;
      const steps = delivery.steps.map((step, ordinal) => ({
        delivery_id: delivery.id,
        ordinal,
        step_id: step.id,
        step: JSON.stringify(step),
        state: 'waiting' as const,
        first_attempt_at_ms: null,
        last_attempt_at_ms: null,
        receipt: null,
      }));
      await tx.insertInto('delivery_step').values(steps).execute();
    }
  }

  /** Takes what is due, and what a worker left behind when its lease ended, oldest first. */
  claim(worker: string, limit: number, nowMs: number, leaseMs: number): Promise<Claimed[]> {
    const leaseUntilMs = nowMs + leaseMs;
    return this.#group.run(async (tx) => {
      const claimable = sql<{ id: string }>`
        select d.id from delivery d
        where d.claim_at_ms <= ${nowMs}
          and not exists (select 1 from target_pause p
            where p.target_id = d.target_id and (p.until_ms is null or p.until_ms > ${nowMs}))
          and (d.order_key is null or not exists (select 1 from delivery e
            where e.order_key = d.order_key and e.id < d.id and e.open = 1))
        order by d.claim_at_ms, d.id limit ${limit}
        ${this.#dialect === 'postgres' ? sql`for update skip locked` : sql``}`;
      const rows = await sql<DeliveryTable>`
        update delivery set
          crash_count = crash_count + case when state = 'sending' then 1 else 0 end,
          state = 'sending', fence = fence + 1, worker = ${worker},
          claim_at_ms = ${leaseUntilMs}, updated_at_ms = ${nowMs}
        where id in (${claimable}) returning *`.execute(tx);
      return this.#withSteps(tx, rows.rows, leaseUntilMs);
    });
  }

  async #withSteps(tx: Tx, rows: readonly DeliveryTable[], leaseUntilMs: number): Promise<Claimed[]> {
    if (rows.length === 0) return [];
    const steps = await tx
      .selectFrom('delivery_step')
      .selectAll()
      .where(
        'delivery_id',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('ordinal')
      .execute();
    return rows.map((row) => ({
      ...claimedFields(row),
      leaseUntilMs,
      steps: steps
        .filter((step) => step.delivery_id === row.id)
        .map((step) => ({
          step: JSON.parse(step.step) as Step,
          state: step.state,
          firstAttemptAtMs: step.first_attempt_at_ms ?? undefined,
          lastAttemptAtMs: step.last_attempt_at_ms ?? undefined,
          receipt: step.receipt === null ? undefined : (JSON.parse(step.receipt) as Receipt),
        })),
    }));
  }

  /**
   * Makes durable that a request is about to leave, with its journal row. False: the lease was lost, nothing may leave.
   * Throws when it can't be recorded, and then nothing may leave either.
   */
  beginAttempt(
    delivery: Claimed,
    stepId: string,
    kind: 'execute' | 'find' | 'confirm',
    worker: string,
    nowMs: number,
  ): Promise<string | undefined> {
    const attemptId = this.#ids.next();
    return this.#group.run(async (tx) => {
      if (!(await holdsLease(tx, delivery, nowMs))) return undefined;
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

  /** Records how an attempt ended and what that makes of its step. */
  endAttempt(
    delivery: Claimed,
    stepId: string,
    end: {
      attemptId: string;
      outcome: string;
      detail: string;
      step: { state: 'waiting' | 'unknown' | 'done'; receipt?: Receipt } | undefined;
      nowMs: number;
    },
  ): Promise<boolean> {
    return this.#group.run(async (tx) => {
      await tx
        .updateTable('delivery_attempt')
        .set({ outcome: end.outcome, detail: end.detail })
        .where('id', '=', end.attemptId)
        .execute();
      if (!(await holdsFence(tx, delivery))) return false;
      if (!end.step) return true;
      await tx
        .updateTable('delivery_step')
        .set({
          state: end.step.state,
          last_attempt_at_ms: end.nowMs,
          ...(end.step.receipt ? { receipt: JSON.stringify(end.step.receipt) } : {}),
        })
        .where('delivery_id', '=', delivery.id)
        .where('step_id', '=', stepId)
        .execute();
      return true;
    });
  }

  /** Lets go of a delivery in a new state. False: it was in other hands already. */
  release(delivery: Claimed, outcome: Release, nowMs: number): Promise<boolean> {
    return this.#group.run(async (tx) => {
      const result = await tx
        .updateTable('delivery')
        .set((eb) => ({
          state: outcome.state,
          open: openStates.includes(outcome.state) ? 1 : 0,
          claim_at_ms: outcome.dueAtMs ?? null,
          due_at_ms: outcome.dueAtMs ?? null,
          worker: null,
          updated_at_ms: nowMs,
          attempt_count: eb('attempt_count', '+', outcome.countAttempt ? 1 : 0),
          error_code: outcome.error?.code ?? null,
          error_text: outcome.error?.text ?? null,
          ...(outcome.receipt ? { receipt: JSON.stringify(outcome.receipt) } : {}),
        }))
        .where('id', '=', delivery.id)
        .where('fence', '=', delivery.fence)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    });
  }

  renew(delivery: Claimed, leaseUntilMs: number): Promise<boolean> {
    return this.#group.run(async (tx) => {
      const result = await tx
        .updateTable('delivery')
        .set({ claim_at_ms: leaseUntilMs })
        .where('id', '=', delivery.id)
        .where('fence', '=', delivery.fence)
        .where('state', '=', 'sending')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    });
  }

  /** The only process on this database starts: nobody holds the leases it finds. */
  async releaseLeases(nowMs: number): Promise<void> {
    await this.#db
      .updateTable('delivery')
      .set({ claim_at_ms: nowMs })
      .where('state', '=', 'sending')
      .execute();
  }

  /** When the dispatcher must look again, at the latest. */
  async nextDueAtMs(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('delivery')
      .select((eb) => eb.fn.min('claim_at_ms').as('at'))
      .where('claim_at_ms', 'is not', null)
      .executeTakeFirst();
    return row?.at === null || row?.at === undefined ? undefined : Number(row.at);
  }
}

export interface Release {
  state: DeliveryState;
  /** Absent: only a person moves it on, or it is over. */
  dueAtMs?: number;
  countAttempt?: boolean;
  error?: DeliveryError;
  receipt?: Receipt;
}

async function holdsLease(tx: Tx, delivery: Claimed, nowMs: number): Promise<boolean> {
  return nowMs < delivery.leaseUntilMs && (await holdsFence(tx, delivery));
}

async function holdsFence(tx: Tx, delivery: Claimed): Promise<boolean> {
  const row = await tx
    .selectFrom('delivery')
    .select('fence')
    .where('id', '=', delivery.id)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  return row !== undefined && Number(row.fence) === delivery.fence;
}

function claimedFields(row: DeliveryTable): Omit<Claimed, 'steps' | 'leaseUntilMs'> {
  return {
    id: row.id,
    fence: Number(row.fence),
    key: row.key,
    publisher: row.publisher,
    targetId: row.target_id,
    guildId: row.guild_id,
    publicationId: row.publication_id,
    attemptCount: Number(row.attempt_count),
    crashCount: Number(row.crash_count),
    stepsHash: row.steps_hash,
    costMicros: Number(row.cost_micros),
    notAfterMs: row.not_after_ms === null ? undefined : Number(row.not_after_ms),
  };
}

function rowOf(delivery: NewDelivery, nowMs: number): DeliveryTable {
  const waits = delivery.state === 'awaiting-approval';
  return {
    id: delivery.id,
    publication_id: delivery.publicationId,
    target_id: delivery.targetId,
    guild_id: delivery.guildId,
    publisher: delivery.publisher,
    key: delivery.key,
    revision: delivery.revision,
    state: delivery.state,
    open: 1,
    due_at_ms: delivery.dueAtMs,
    claim_at_ms: waits ? null : delivery.dueAtMs,
    not_after_ms: delivery.notAfterMs ?? null,
    order_key: delivery.orderKey ?? null,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    attempt_count: 0,
    crash_count: 0,
    fence: 0,
    worker: null,
    steps_hash: delivery.stepsHash,
    cost_micros: delivery.costMicros,
    error_code: null,
    error_text: null,
    receipt: null,
  };
}
