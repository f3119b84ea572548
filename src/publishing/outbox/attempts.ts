import { sql } from 'kysely';
import type { Receipt } from '#contracts/publisher.ts';
import type { Engine } from '#storage/database.ts';
import type { DeliveryAttemptTable } from '../tables/outbox.ts';
import type { Claimed, Release, Tx } from './delivery.ts';
import { detailCharsMax, letGo } from './release.ts';
import { rowSource, storableText } from './row-source.ts';

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
  step?: { state: 'waiting' | 'unknown' | 'said-there' | 'done'; receipt?: Receipt };
  /** In the same transaction. */
  release?: Release;
  nowMs: number;
}

export interface Begun {
  delivery: Claimed;
  attemptId: string;
  start: AttemptStart;
}

export interface Ended {
  delivery: Claimed;
  end: AttemptEnd;
}

/** The journal row and the step's state for each whose lease holds; undefined for the others. */
export async function beginAttempts(
  tx: Tx,
  engine: Engine,
  all: readonly Begun[],
): Promise<(string | undefined)[]> {
  const held = await heldOf(tx, engine, all);
  const begun = all.filter((one) => held(one) && one.start.nowMs < one.delivery.leaseUntilMs);
  const sending = begun.filter(({ start }) => start.kind === 'execute');
  if (sending.length > 0) {
    const rows = sending.map(({ delivery, start }) => ({
      delivery: delivery.id,
      step: start.stepId,
      nowMs: start.nowMs,
    }));
    await sql`
      with s as materialized (select value ->> 'delivery' as of_delivery, value ->> 'step' as of_step,
          cast(value ->> 'nowMs' as double precision) as now_ms
        from ${rowSource(engine, rows)})
      update delivery_step set state = 'sending', last_attempt_at_ms = s.now_ms,
        first_attempt_at_ms = coalesce(delivery_step.first_attempt_at_ms, s.now_ms)
      from s where delivery_step.delivery_id = s.of_delivery and delivery_step.step_id = s.of_step`.execute(
      tx,
    );
  }
  if (begun.length > 0) await tx.insertInto('delivery_attempt').values(begun.map(journalRowOf)).execute();
  return all.map((one) => (begun.includes(one) ? one.attemptId : undefined));
}

/** Records how attempts ended. False: another worker has the delivery, and only the journal was written. */
export async function endAttempts(tx: Tx, engine: Engine, all: readonly Ended[]): Promise<boolean[]> {
  await closeJournal(tx, engine, all);
  const held = await heldOf(tx, engine, all);
  const kept = all.filter(held);
  await settleSteps(tx, engine, kept);
  const releases = kept.flatMap(({ delivery, end: { release, nowMs } }) =>
    release ? [{ delivery, release, nowMs }] : [],
  );
  await letGo(tx, engine, releases);
  return all.map((one) => held(one));
}

/** Locks the rows where others could change them before the transaction ends. */
async function heldOf(tx: Tx, engine: Engine, all: readonly { delivery: Claimed }[]) {
  const ids = all.map(({ delivery }) => ({ id: delivery.id }));
  const { rows } = await sql<{ id: string; fence: number }>`
    select id, fence from delivery
    where id in (select value ->> 'id' from ${rowSource(engine, ids)}) and state = 'sending'
    order by id ${engine === 'postgres' ? sql`for update` : sql``}`.execute(tx);
  const fences = new Map(rows.map(({ id, fence }) => [id, fence]));
  return ({ delivery }: { delivery: Claimed }) => fences.get(delivery.id) === delivery.fence;
}

function journalRowOf({ delivery, attemptId, start }: Begun): DeliveryAttemptTable {
  return {
    id: attemptId,
    delivery_id: delivery.id,
    step_id: start.stepId,
    fence: delivery.fence,
    worker: start.worker,
    kind: start.kind,
    at_ms: start.nowMs,
    outcome: null,
    detail: null,
  };
}

async function closeJournal(tx: Tx, engine: Engine, all: readonly Ended[]): Promise<void> {
  const rows = all.map(({ end }) => ({
    id: end.attemptId,
    outcome: end.outcome,
    detail: storableText(end.detail, detailCharsMax),
  }));
  await sql`
    with e as materialized (select value ->> 'id' as of_id, value ->> 'outcome' as outcome, value ->> 'detail' as detail
      from ${rowSource(engine, rows)})
    update delivery_attempt set outcome = e.outcome, detail = e.detail
    from e where delivery_attempt.id = e.of_id`.execute(tx);
}

async function settleSteps(tx: Tx, engine: Engine, kept: readonly Ended[]): Promise<void> {
  const rows = kept.flatMap(({ delivery, end: { step, stepId, nowMs } }) =>
    step
      ? [
          {
            delivery: delivery.id,
            step: stepId,
            state: step.state,
            nowMs,
            receipt: step.receipt && JSON.stringify(step.receipt),
          },
        ]
      : [],
  );
  if (rows.length === 0) return;
  await sql`
    with s as materialized (select value ->> 'delivery' as of_delivery, value ->> 'step' as of_step,
        value ->> 'state' as state, cast(value ->> 'nowMs' as double precision) as now_ms,
        value ->> 'receipt' as receipt
      from ${rowSource(engine, rows)})
    update delivery_step set state = s.state, last_attempt_at_ms = s.now_ms,
      receipt = coalesce(s.receipt, delivery_step.receipt)
    from s where delivery_step.delivery_id = s.of_delivery and delivery_step.step_id = s.of_step`.execute(tx);
}
