import type { Step } from '#contracts/publisher.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import { refund } from './budget.ts';
import { nothingLanded, stepRowsOf, type Tx } from './delivery.ts';
import { outboxErrors } from './errors.ts';
import { stepsHashOf } from './keys.ts';

export interface NewSteps {
  /** The new revision: `row.revision + 1` and higher. */
  revision: number;
  /** `deliveryKeyOf` of that revision. */
  key: string;
  steps: readonly Step[];
  costMicros: number;
  /** The state in which it continues. */
  state: 'awaiting-approval' | 'scheduled' | 'pending';
  /** Absent: as before, or now. */
  dueAtMs?: number;
  notAfterMs?: number;
}

/**
 * Returns what changes in the delivery's own row. Throws OUTBOX_ALREADY_LEFT when any of it may have landed, and
 * OUTBOX_ALTERED: a new seal must not confirm what somebody else changed.
 */
export async function replaceSteps(
  tx: Tx,
  row: DeliveryTable,
  next: NewSteps,
  nowMs: number,
  seals: Pick<RowSeals, 'of' | 'holds'>,
): Promise<Partial<DeliveryTable> & Pick<DeliveryTable, 'state'>> {
  if (!seals.holds('delivery', row)) throw outboxErrors.OUTBOX_ALTERED({ deliveryId: row.id });
  const states = await tx
    .selectFrom('delivery_step')
    .select('state')
    .where('delivery_id', '=', row.id)
    .execute();
  if (!nothingLanded(states)) throw outboxErrors.OUTBOX_ALREADY_LEFT({ deliveryId: row.id });
  if (next.revision <= row.revision) throw outboxErrors.OUTBOX_EDITED_MEANWHILE({ revision: row.revision });
  await refund(tx, [row.id]);
  await tx.deleteFrom('delivery_step').where('delivery_id', '=', row.id).execute();
  await tx.insertInto('delivery_step').values(stepRowsOf(row.id, next.steps)).execute();
  const dueAtMs = next.dueAtMs ?? row.due_at_ms ?? nowMs;
  const covered = {
    key: next.key,
    revision: next.revision,
    steps_hash: stepsHashOf(next.steps),
    cost_micros: next.costMicros,
  };
  return {
    ...covered,
    seal: seals.of('delivery', { ...row, ...covered }),
    state: next.state,
    due_at_ms: dueAtMs,
    claim_at_ms: next.state === 'awaiting-approval' ? null : dueAtMs,
    not_after_ms: next.notAfterMs ?? row.not_after_ms,
    attempt_count: 0,
    crash_count: 0,
    give_up_at_ms: null,
    error_code: null,
    error_text: null,
    reserved_month: null,
  };
}
