import type { Kysely } from 'kysely';
import type { Actor, RoleDirectory } from '#contracts/actor.ts';
import type { Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import { findPublications } from '../drafts/publication-store.ts';
import { withPromises } from '../drafts/recorded-people.ts';
import { publishErrors } from '../errors.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { TargetStore } from '../targets/target-store.ts';
import {
  approvalLifetimeDays,
  approvalsNeeded,
  keepApproval,
  personOf,
  requireApprover,
} from './approvals.ts';

export interface ApproveComponents {
  db: Kysely<Schema>;
  outbox: Outbox;
  targets: TargetStore;
  roles: RoleDirectory;
  clock: Pick<Clock, 'nowMs'>;
}

/** One person's approval of exactly the steps with this hash; after the last one needed the delivery may leave. */
export async function approve(
  components: ApproveComponents,
  actor: Actor,
  input: { guildId: string; deliveryId: string; stepsHash: string },
): Promise<{ publicationId: string }> {
  const { db, outbox, targets, roles, clock } = components;
  const { guildId, deliveryId, stepsHash } = input;
  const delivery = await db
    .selectFrom('delivery')
    .select(['publication_id', 'target_id'])
    .where('id', '=', deliveryId)
    .where('guild_id', '=', guildId)
    .executeTakeFirst();
  const target = delivery && (await targets.byId(delivery.target_id));
  if (!delivery || !target) throw outboxErrors.OUTBOX_NO_SUCH_DELIVERY({ deliveryId });
  const publicationId = delivery.publication_id;
  const isPromised = (await withPromises(db, await findPublications(db, [publicationId]))).size > 0;
  requireApprover(actor, await roles.roleOf(actor), target, isPromised);

  const admitted = await transact(db, async (tx) => {
    const row = await lockedDelivery(tx, deliveryId, clock.nowMs());
    if (row.steps_hash !== stepsHash) throw publishErrors.PUBLISH_CHANGED({ target: target.name });
    const approvable = { deliveryId, revision: row.revision, stepsHash };
    const needed = approvalsNeeded({ policy: target.policy, isPromised });
    const given = await keepApproval(
      tx,
      outbox.seals,
      { approvable, person: personOf(actor), needed },
      clock.nowMs(),
    );
    if (given < needed) return false;
    await outbox.operations.admit(tx, guildId, deliveryId);
    return true;
  });
  if (admitted) outbox.operations.admitted({ deliveryId, publicationId });
  else outbox.changes.tell({ deliveryId, publicationId });
  return { publicationId };
}

/** Locked in this transaction: an edit waits for its end, or has come before. */
async function lockedDelivery(tx: Kysely<Schema>, deliveryId: string, nowMs: number) {
  // Updating the row locks it on every engine.
  const row = await tx
    .updateTable('delivery')
    .set({ updated_at_ms: nowMs })
    .where('id', '=', deliveryId)
    .returning(['state', 'revision', 'steps_hash', 'publication_id', 'takes_back', 'created_at_ms'])
    .executeTakeFirstOrThrow();
  if (row.state !== 'awaiting-approval')
    throw outboxErrors.OUTBOX_NOT_POSSIBLE({ event: 'approve', state: row.state });
  const plan = await tx
    .selectFrom('publication_plan')
    .select('revised_at_ms')
    .where('publication_id', '=', row.publication_id)
    .executeTakeFirst();
  const since = row.takes_back === null ? plan?.revised_at_ms : row.created_at_ms;
  const ageMs = nowMs - (since ?? nowMs);
  if (ageMs > approvalLifetimeDays * 86_400_000)
    throw publishErrors.PUBLISH_APPROVAL_EXPIRED({ days: approvalLifetimeDays });
  return row;
}
