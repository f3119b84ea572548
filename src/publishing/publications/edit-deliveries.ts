import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import { type Content, type Publication, revisePublication } from '../drafts/publication-store.ts';
import type { Draft } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import { refund } from '../outbox/budget.ts';
import type { NewDelivery } from '../outbox/delivery.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { replaceSteps } from '../outbox/replace-steps.ts';
import { assertMove } from '../outbox/transitions.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { deliveryOf, timing } from './compose.ts';
import { lockedNotLeft, notLeft } from './not-left.ts';
import { deliveriesPerPublicationMax } from './views.ts';

export interface EditComponents {
  db: Kysely<Schema>;
  outbox: Pick<Outbox, 'ids' | 'seals' | 'enqueue' | 'enqueued'>;
  targets: TargetStore;
  clock: Pick<Clock, 'nowMs'>;
}

export interface Edit {
  content: Content;
  /** undefined: at once. */
  dueAtMs: number | undefined;
  /** undefined: those that it hasn't left for. */
  targets: readonly Target[] | undefined;
  /** Throws when the target would refuse it: then nothing is edited. */
  draft(target: Target): Promise<Draft>;
}

/** The states of deliveries that no longer stand for their target. */
const withdrawn: readonly DeliveryTable['state'][] = ['cancelled', 'discarded'];

/**
 * Gives everything of a publication that hasn't left other steps, under one new revision, in one transaction; withdraws
 * what is no longer wanted and adds what is new. Returns the changed deliveries. Throws PUBLISH_ALREADY_LEFT,
 * OUTBOX_EDITED_MEANWHILE, OUTBOX_ALTERED, PUBLISH_TOO_MANY.
 */
export async function editDeliveries(
  components: EditComponents,
  publication: Publication,
  edit: Edit,
): Promise<string[]> {
  const { db, outbox, clock } = components;
  const next: Publication = {
    ...publication,
    content: edit.content,
    dueAtMs: edit.dueAtMs,
    revision: publication.revision + 1,
  };
  const drafts = await draftsOf(components, publication, edit);
  const { changed, added } = await transact(db, async (tx) => {
    const nowMs = clock.nowMs();
    // Takes the write lock before anything is read: deliveries claimed meanwhile are seen as sending.
    if (!(await revisePublication(tx, publication, edit, nowMs)))
      throw outboxErrors.OUTBOX_EDITED_MEANWHILE({ revision: publication.revision });
    const changed: string[] = [];
    for (const row of await lockedNotLeft(tx, publication.id, nowMs)) {
      const draft = drafts.get(row.target_id);
      const isWanted = edit.targets?.some(({ id }) => id === row.target_id) ?? true;
      if (!isWanted) await withdraw(tx, row, nowMs);
      else if (draft) await replace(tx, row, { draft, publication: next, seals: outbox.seals }, nowMs);
      else continue;
      changed.push(row.id);
    }
    const added = await addMissing(tx, components, { next, edit, drafts, nowMs });
    if (changed.length + added.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return { changed, added };
  });
  outbox.enqueued(added);
  return changed;
}

/** By target, for all that may get it. */
async function draftsOf(
  { db, targets }: EditComponents,
  publication: Publication,
  edit: Edit,
): Promise<Map<string, Draft>> {
  const open = (await notLeft(db, publication.id)).map((row) => row.target_id);
  const known = await targets.byIds(open);
  const wanted = edit.targets ?? [...known.values()].filter(({ removed }) => !removed);
  return new Map(
    await Promise.all(wanted.map(async (target) => [target.id, await edit.draft(target)] as const)),
  );
}

async function replace(
  tx: Transaction<Schema>,
  row: DeliveryTable,
  { draft, publication, seals }: { draft: Draft; publication: Publication; seals: RowSeals },
  nowMs: number,
): Promise<void> {
  const next = {
    revision: publication.revision,
    key: draft.key,
    steps: draft.rendered.steps,
    costMicros: draft.rendered.costMicros,
    ...timing(draft, publication.dueAtMs, nowMs),
  };
  const changes = await replaceSteps(tx, row, next, nowMs, seals);
  assertMove('edit', row.state, changes.state);
  const late = publication.dueAtMs === undefined ? { not_after_ms: null } : {};
  await tx
    .updateTable('delivery')
    .set({ ...changes, ...late, open: 1, updated_at_ms: nowMs })
    .where('id', '=', row.id)
    .execute();
}

async function withdraw(tx: Transaction<Schema>, row: DeliveryTable, nowMs: number): Promise<void> {
  const state = row.state === 'failed' ? 'discarded' : 'cancelled';
  assertMove(state === 'discarded' ? 'discard' : 'cancel', row.state, state);
  await tx
    .updateTable('delivery')
    .set({ state, open: 0, due_at_ms: null, claim_at_ms: null, give_up_at_ms: null, updated_at_ms: nowMs })
    .where('id', '=', row.id)
    .execute();
  await refund(tx, [row.id]);
}

/** Deliveries for the wanted targets that have none. */
async function addMissing(
  tx: Transaction<Schema>,
  { outbox }: EditComponents,
  made: { next: Publication; edit: Edit; drafts: ReadonlyMap<string, Draft>; nowMs: number },
): Promise<NewDelivery[]> {
  const { next, edit, drafts, nowMs } = made;
  if (!edit.targets) return [];
  const rows = await tx
    .selectFrom('delivery')
    .select(['target_id', 'state'])
    .where('publication_id', '=', next.id)
    .where('takes_back', 'is', null)
    .execute();
  const standing = rows.filter(({ state }) => !withdrawn.includes(state)).map((row) => row.target_id);
  const missing = edit.targets.flatMap(({ id }) => (standing.includes(id) ? [] : (drafts.get(id) ?? [])));
  if (rows.length + missing.length > deliveriesPerPublicationMax)
    throw publishErrors.PUBLISH_TOO_MANY({
      what: 'deliveries of this publication',
      max: deliveriesPerPublicationMax,
    });
  return outbox.enqueue(
    tx,
    missing.map((draft) => deliveryOf(next, draft, outbox.ids.next(), nowMs)),
  );
}
