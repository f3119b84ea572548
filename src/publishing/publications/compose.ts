import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { deliveryItem, insertItems } from '../concerns/items.ts';
import type { Publication } from '../drafts/publication-store.ts';
import { type Draft, problemsOf } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import { deliveryRowOf, type NewDelivery } from '../outbox/delivery.ts';
import { addLanes } from '../outbox/enqueue.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { Schema } from '../tables/schema.ts';

/** Due within this time, it leaves immediately. */
const soonMs = 1_000;

export interface Composed {
  deliveries: NewDelivery[];
  /** Targets that would refuse it: shown to people, who may edit or discard. */
  refused: DeliveryTable[];
}

/** The rows of a publication in the outbox. */
export function compose(
  publication: Publication,
  drafts: readonly Draft[],
  { ids, seals }: Pick<Outbox, 'ids' | 'seals'>,
  nowMs: number,
): Composed {
  const composed: Composed = { deliveries: [], refused: [] };
  for (const draft of drafts) {
    const delivery = deliveryOf(publication, draft, ids.next(), nowMs);
    if (problemsOf(draft).length === 0) composed.deliveries.push(delivery);
    else composed.refused.push(refusedRow(delivery, draft, nowMs, seals));
  }
  return composed;
}

export function timing(
  draft: Draft,
  dueAtMs: number | undefined,
  nowMs: number,
): Pick<NewDelivery, 'state' | 'dueAtMs' | 'notAfterMs'> {
  const due = Math.max(dueAtMs ?? nowMs, nowMs);
  const free = due > nowMs + soonMs ? 'scheduled' : 'pending';
  const graceMs = draft.publisher?.describe.lateGraceMs ?? 0;
  return {
    state: draft.policy === 'none' ? free : 'awaiting-approval',
    dueAtMs: due,
    ...(dueAtMs === undefined ? {} : { notAfterMs: due + graceMs }),
  };
}

export async function insertRefused(tx: Transaction<Schema>, rows: readonly DeliveryTable[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.insertInto('delivery').values(rows).execute();
  await insertItems(
    tx,
    rows.map((row) =>
      deliveryItem(
        { id: row.id, guildId: row.guild_id, targetId: row.target_id },
        'failed',
        `refused-${row.revision}`,
        row.updated_at_ms,
      ),
    ),
  );
  await addLanes(
    tx,
    rows.map(({ target_id }) => target_id),
  );
}

/** The same cause gives the same id: a UUID version 8 (RFC 9562 §5.8) made from its hash. */
export function publicationIdOf(guildId: string, cause: string): string {
  const digits = createHash('sha256')
    .update(JSON.stringify([guildId, cause]))
    .digest('hex');
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}

export function deliveryOf(publication: Publication, draft: Draft, id: string, nowMs: number): NewDelivery {
  const { target, rendered, key, stepsHash } = draft;
  return {
    id,
    publicationId: publication.id,
    targetId: target.id,
    guildId: publication.guildId,
    publisher: target.publisher,
    key,
    revision: publication.revision,
    ...timing(draft, publication.dueAtMs, nowMs),
    ...(target.ordered ? { orderKey: target.id } : {}),
    steps: rendered.steps,
    stepsHash,
    costMicros: rendered.costMicros,
  };
}

/** Failed before it began: it waits only for a person. */
function refusedRow(delivery: NewDelivery, draft: Draft, nowMs: number, seals: RowSeals): DeliveryTable {
  const error = publishErrors.PUBLISH_PROBLEMS({ target: draft.target.name, problems: problemsOf(draft) });
  return {
    ...deliveryRowOf(delivery, nowMs, seals),
    state: 'failed',
    open: 0,
    due_at_ms: null,
    claim_at_ms: null,
    error_code: error.code,
    error_text: `${error.message} ${error.next}`,
  };
}
