import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { DeliveryTable } from '#storage/outbox-tables.ts';
import type { Schema } from '#storage/schema.ts';
import { transact } from '#storage/transaction.ts';
import { publishingErrors } from '../errors.ts';
import { nothingLanded } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { replaceSteps } from '../outbox/replace-steps.ts';
import { assertMove, canHappen } from '../outbox/transitions.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { timing } from './compose.ts';
import { publishErrors } from './errors.ts';
import { type Publication, revisePublication } from './publication-store.ts';
import type { Content, Draft } from './renderer.ts';

export interface EditComponents {
  db: Kysely<Schema>;
  outbox: Pick<Outbox, 'ids'>;
  targets: TargetStore;
  clock: Pick<Clock, 'nowMs'>;
}

export interface Edit {
  content: Content;
  /** Throws when the target would refuse it: then nothing is edited. */
  draft(target: Target): Draft;
}

/**
 * Gives everything of a publication that hasn't left other steps, under one new revision, in one transaction. Answers
 * the deliveries changed. Throws PUBLISH_ALREADY_LEFT, OUTBOX_EDITED_MEANWHILE.
 */
export async function editDeliveries(
  components: EditComponents,
  publication: Publication,
  edit: Edit,
): Promise<string[]> {
  const { db, targets, clock } = components;
  const revision = publication.revision + 1;
  const drafts = new Map<string, Draft>();
  for (const row of await notLeft(db, publication.id)) {
    const target = await targets.byId(row.target_id);
    if (target && !target.removed) drafts.set(row.id, edit.draft(target));
  }
  return transact(db, async (tx) => {
    const nowMs = clock.nowMs();
    // Takes the write lock before anything is read: what is claimed meanwhile is seen as sending.
    if (!(await revisePublication(tx, publication, edit.content, nowMs)))
      throw publishingErrors.OUTBOX_EDITED_MEANWHILE({ revision: publication.revision });
    const changed: string[] = [];
    for (const row of await lockedNotLeft(tx, publication.id, nowMs)) {
      const draft = drafts.get(row.id);
      if (!draft) continue;
      const { rendered, key } = draft;
      const next = {
        revision,
        key,
        steps: rendered.steps,
        costMicros: rendered.costMicros,
        ...timing(draft, publication.dueAtMs, nowMs),
      };
      const changes = await replaceSteps(tx, row, next, nowMs);
      assertMove('edit', row.state, changes.state);
      await tx
        .updateTable('delivery')
        .set({ ...changes, open: 1, updated_at_ms: nowMs })
        .where('id', '=', row.id)
        .execute();
      changed.push(row.id);
    }
    if (changed.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return changed;
  });
}

/** Answers the deliveries moved. Throws PUBLISH_ALREADY_LEFT. */
export async function moveDeliveries(
  components: EditComponents,
  publication: Publication,
  dueAtMs: number,
): Promise<string[]> {
  const { db, clock } = components;
  return transact(db, async (tx) => {
    const nowMs = clock.nowMs();
    await tx
      .updateTable('publication_plan')
      .set({ due_at_ms: dueAtMs })
      .where('publication_id', '=', publication.id)
      .execute();
    const rows = (await lockedNotLeft(tx, publication.id, nowMs)).filter(({ state }) => state !== 'failed');
    for (const row of rows) {
      const graceMs = row.not_after_ms === null ? 0 : row.not_after_ms - (publication.dueAtMs ?? dueAtMs);
      const waits = row.state === 'awaiting-approval' || row.state === 'draft';
      await tx
        .updateTable('delivery')
        .set({
          state: waits ? row.state : 'scheduled',
          due_at_ms: dueAtMs,
          claim_at_ms: waits ? null : dueAtMs,
          not_after_ms: row.not_after_ms === null ? null : dueAtMs + graceMs,
        })
        .where('id', '=', row.id)
        .execute();
    }
    if (rows.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return rows.map(({ id }) => id);
  });
}

async function lockedNotLeft(
  tx: Transaction<Schema>,
  publicationId: string,
  nowMs: number,
): Promise<DeliveryTable[]> {
  // Touching the rows locks them on every engine.
  await tx
    .updateTable('delivery')
    .set({ updated_at_ms: nowMs })
    .where('publication_id', '=', publicationId)
    .execute();
  return notLeft(tx, publicationId);
}

async function notLeft(db: Kysely<Schema>, publicationId: string): Promise<DeliveryTable[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('publication_id', '=', publicationId)
    .orderBy('id')
    .execute();
  const steps = await db
    .selectFrom('delivery_step')
    .select(['delivery_id', 'state'])
    .where(
      'delivery_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const stepsOf = Map.groupBy(steps, ({ delivery_id }) => delivery_id);
  return rows.filter((row) => canHappen('edit', row.state) && nothingLanded(stepsOf.get(row.id) ?? []));
}
