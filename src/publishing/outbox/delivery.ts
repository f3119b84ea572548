import type { Kysely, Transaction } from 'kysely';
import type { Receipt, Step } from '#contracts/publisher.ts';
import type { RowSeals, Sealed } from '../seals/row-seals.ts';
import type { DeliveryStepTable, DeliveryTable, OutboxTables } from '../tables/outbox.ts';
import { readStep } from './stored-steps.ts';
import type { ReleasedState } from './transitions.ts';

export type Database = Kysely<OutboxTables>;
export type Tx = Transaction<OutboxTables>;

export interface NewDelivery {
  id: string;
  publicationId: string;
  targetId: string;
  guildId: string;
  publisher: string;
  /** `deliveryKeyOf` */
  key: string;
  revision: number;
  state: 'awaiting-approval' | 'scheduled' | 'pending';
  dueAtMs: number;
  notAfterMs?: number;
  orderKey?: string;
  steps: readonly Step[];
  /** `stepsHashOf(steps)`: others are not sent. */
  stepsHash: string;
  costMicros: number;
  /** The delivery whose result it takes back. */
  takesBack?: string;
}

/**
 * A delivery that this worker holds until `leaseUntilMs`. Every write names the fence and does nothing when it is old.
 */
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
  /** When a look-up or a confirmation without a result goes to a person; set by the first such one. */
  giveUpAtMs: number | undefined;
  leaseUntilMs: number;
  steps: ClaimedStep[];
  /** What its seal covers, as it was read. */
  sealed: Sealed<'delivery'>;
  /** A step can't be read, or isn't where it belongs. */
  damaged: boolean;
}

export interface ClaimedStep {
  ordinal: number;
  step: Step;
  state: DeliveryStepTable['state'];
  firstAttemptAtMs: number | undefined;
  lastAttemptAtMs: number | undefined;
  receipt: Receipt | undefined;
}

export interface DeliveryError {
  code: string;
  /** For people; scrubbed. */
  text: string;
}

/** How a worker releases a delivery. */
export interface Release {
  state: ReleasedState;
  /** Absent: only a person moves it on, or it is over. */
  dueAtMs?: number;
  countAttempt?: boolean;
  error?: DeliveryError;
  receipt?: Receipt;
  giveUpAtMs?: number;
}

/** It may have landed: looked up before anything is sent again. */
export function isDoubtful({ state }: { state: DeliveryStepTable['state'] }): boolean {
  return state === 'sending' || state === 'unknown' || state === 'said-there';
}

/** Nothing of it has taken effect, or can have. */
export function nothingLanded(steps: readonly { state: DeliveryStepTable['state'] }[]): boolean {
  return steps.every(({ state }) => state === 'waiting');
}

export function claimedOf(
  row: DeliveryTable,
  steps: readonly DeliveryStepTable[],
  leaseUntilMs: number,
): Claimed {
  const stored = steps.map((step) => ({ row: step, ...readStep(step) }));
  return {
    id: row.id,
    fence: row.fence,
    key: row.key,
    publisher: row.publisher,
    targetId: row.target_id,
    guildId: row.guild_id,
    publicationId: row.publication_id,
    attemptCount: row.attempt_count,
    crashCount: row.crash_count,
    stepsHash: row.steps_hash,
    costMicros: row.cost_micros,
    notAfterMs: row.not_after_ms ?? undefined,
    giveUpAtMs: row.give_up_at_ms ?? undefined,
    leaseUntilMs,
    steps: stored.map(({ row: step, ...content }) => ({
      ordinal: step.ordinal,
      step: content.step,
      state: step.state,
      firstAttemptAtMs: step.first_attempt_at_ms ?? undefined,
      lastAttemptAtMs: step.last_attempt_at_ms ?? undefined,
      receipt: content.receipt,
    })),
    sealed: row,
    damaged: stored.some(({ damaged, row: { ordinal } }, place) => damaged || ordinal !== place),
  };
}

/** Throws PUBLISH_VAULT_SEALED. */
export function deliveryRowOf(
  delivery: NewDelivery,
  nowMs: number,
  seals: Pick<RowSeals, 'of'>,
): DeliveryTable {
  const row = unsealedRowOf(delivery, nowMs);
  return { ...row, seal: seals.of('delivery', row) };
}

function unsealedRowOf(delivery: NewDelivery, nowMs: number): Omit<DeliveryTable, 'seal'> {
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
    claim_at_ms: delivery.state === 'awaiting-approval' ? null : delivery.dueAtMs,
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
    reserved_month: null,
    give_up_at_ms: null,
    error_code: null,
    error_text: null,
    receipt: null,
    takes_back: delivery.takesBack ?? null,
  };
}

export function stepRowsOf(deliveryId: string, steps: readonly Step[]): DeliveryStepTable[] {
  return steps.map((step, ordinal) => ({
    delivery_id: deliveryId,
    ordinal,
    step_id: step.id,
    step: JSON.stringify(step),
    state: 'waiting',
    first_attempt_at_ms: null,
    last_attempt_at_ms: null,
    receipt: null,
  }));
}
