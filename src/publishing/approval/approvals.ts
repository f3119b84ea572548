import type { Kysely, Transaction } from 'kysely';
import { type Actor, actorKey, type Role, roleAtLeast } from '#contracts/actor.ts';
import { publishErrors } from '../errors.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Covered, RowSeals } from '../seals/row-seals.ts';
import type { TargetTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target } from '../targets/target-store.ts';

type Policy = TargetTable['policy'];

/** How long a publication waits for its approvals, from when it was made or last edited. */
export const approvalLifetimeDays = 7;

/** What an approval is for: another revision or other steps need another one. */
export interface Approvable {
  deliveryId: string;
  revision: number;
  stepsHash: string;
}

/** The content of a publication may ask for more than its target does. */
export interface ApprovalNeeds {
  policy: Policy;
  /** It holds a recording that was made for fewer people. */
  isPromised: boolean;
}

/** Number of different people who must approve. The author may be one of two; alone they are not enough. */
export function approvalsNeeded({ policy, isPromised }: ApprovalNeeds): number {
  return Math.max({ none: 0, 'one-manager': 1, 'two-people': 2 }[policy], isPromised ? 1 : 0);
}

/** Throws the reason why this actor may not approve for this target now. Roles are those of this very request. */
export function requireApprover(
  actor: Actor,
  role: Role | undefined,
  target: Target,
  isPromised: boolean,
): void {
  if (actor.kind === 'system' || actor.kind === 'api-token')
    throw publishErrors.PUBLISH_APPROVAL_NEEDS_PERSON();
  const byManager = isPromised || target.policy === 'one-manager';
  if (byManager && !(role && roleAtLeast(role, 'manager')))
    throw publishErrors.PUBLISH_APPROVAL_NEEDS_MANAGER({ target: target.name });
}

/** The same person through every door. */
export function personOf(actor: Actor): string {
  return actor.kind === 'guild-member' || actor.kind === 'operator' ? actor.userId : actorKey(actor);
}

/**
 * Stores one person's approval; returns how many different people have approved. Throws PUBLISH_APPROVED_ALREADY,
 * OUTBOX_ALTERED, PUBLISH_VAULT_SEALED.
 */
export async function keepApproval(
  tx: Transaction<Schema>,
  seals: RowSeals,
  yes: { approvable: Approvable; person: string; needed: number },
  nowMs: number,
): Promise<number> {
  const { approvable, person, needed } = yes;
  const people = await approversOf(tx, seals, approvable);
  if (people.includes(person)) throw publishErrors.PUBLISH_APPROVED_ALREADY({ needed });
  const row: Covered<'approval'> = {
    delivery_id: approvable.deliveryId,
    revision: approvable.revision,
    steps_hash: approvable.stepsHash,
    person,
    given_at_ms: nowMs,
  };
  const seal = seals.of('approval', row);
  await tx
    .insertInto('approval')
    .values({ ...row, seal })
    .execute();
  return people.length + 1;
}

/** Throws OUTBOX_ALTERED when one of them is not as it was written, and PUBLISH_VAULT_SEALED. */
export async function approversOf(
  db: Kysely<Schema>,
  seals: RowSeals,
  approvable: Approvable,
): Promise<string[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('delivery_id', '=', approvable.deliveryId)
    .where('revision', '=', approvable.revision)
    .where('steps_hash', '=', approvable.stepsHash)
    .execute();
  if (!rows.every((row) => seals.holds('approval', row)))
    throw outboxErrors.OUTBOX_ALTERED({ deliveryId: approvable.deliveryId });
  return rows.map(({ person }) => person);
}

/** How many people have approved each, as it is now; for showing only: decisions use `approversOf`. */
export async function approvalCounts(
  db: Kysely<Schema>,
  approvables: readonly Approvable[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (approvables.length === 0) return counts;
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where(
      'delivery_id',
      'in',
      approvables.map(({ deliveryId }) => deliveryId),
    )
    .execute();
  for (const { deliveryId, revision, stepsHash } of approvables) {
    const of = rows.filter(
      (row) => row.delivery_id === deliveryId && row.revision === revision && row.steps_hash === stepsHash,
    );
    counts.set(deliveryId, of.length);
  }
  return counts;
}
