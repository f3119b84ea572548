import type { Kysely, Transaction } from 'kysely';
import type { Step } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { findPublications, type Publication, revisePublication } from '../drafts/publication-store.ts';
import { type Draft, type Manuscript, problemsOf, type Renderer } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import { outboxErrors } from '../outbox/errors.ts';
import { replaceSteps } from '../outbox/replace-steps.ts';
import { readStep } from '../outbox/stored-steps.ts';
import { assertMove } from '../outbox/transitions.ts';
import { timing } from '../publications/compose.ts';
import { waitingFor } from '../publications/not-left.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target } from '../targets/target-store.ts';

/** Most waiting deliveries that one change of their target renders again. */
export const redraftedMax = 200;

export interface RedraftComponents {
  db: Kysely<Schema>;
  renderer: Renderer;
  clock: Pick<Clock, 'nowMs'>;
}

/** A waiting delivery that the target's new settings change. */
interface Redraft {
  row: DeliveryTable;
  publication: Publication;
  draft: Draft;
}

/**
 * Waiting deliveries of a target that its new settings change. Failed ones keep their steps: an edit of the publication
 * renders them again. Throws PUBLISH_PROBLEMS where the target would no longer accept what it had accepted,
 * PUBLISH_TOO_MANY.
 */
export async function redrafts(
  { db, renderer }: RedraftComponents,
  before: Target,
  after: Target,
  signal: AbortSignal,
): Promise<Redraft[]> {
  const rows = await waitingFor(db, after, redraftedMax + 1);
  if (rows.length > redraftedMax)
    throw publishErrors.PUBLISH_TOO_MANY({ what: `deliveries waiting for ${after.name}`, max: redraftedMax });
  const publications = await findPublications(
    db,
    rows.map((row) => row.publication_id),
  );
  const changed: Redraft[] = [];
  for (const row of rows) {
    const publication = publications.find(({ id }) => id === row.publication_id);
    const looked = await renderer.lookedAt(after, await stepsOf(db, row.id));
    const draft =
      publication &&
      (await drafted(renderer, publication, (manuscript) =>
        renderer.draft({ ...manuscript, revision: row.revision }, after, looked),
      ));
    if (!draft || (draft.stepsHash === row.steps_hash && before.policy === after.policy)) continue;
    const anew = await drafted(renderer, publication, (manuscript) =>
      renderer.bound({ ...manuscript, revision: publication.revision + 1 }, after, signal),
    );
    if (!anew) continue;
    const problems = problemsOf(anew);
    if (problems.length > 0) throw publishErrors.PUBLISH_PROBLEMS({ target: after.name, problems });
    changed.push({ row, publication, draft: anew });
  }
  return changed;
}

/** In the transaction that changes the target. Returns whether it was still waiting. Throws OUTBOX_EDITED_MEANWHILE. */
export async function keepRedraft(
  tx: Transaction<Schema>,
  { row: seen, publication, draft }: Redraft,
  nowMs: number,
  seals: RowSeals,
): Promise<boolean> {
  if (!(await revisePublication(tx, publication, publication, nowMs)))
    throw outboxErrors.OUTBOX_EDITED_MEANWHILE({ revision: publication.revision });
  // Updating the row locks it on every engine.
  await tx.updateTable('delivery').set({ updated_at_ms: nowMs }).where('id', '=', seen.id).execute();
  const row = (await waitingFor(tx, draft.target, redraftedMax + 1)).find(({ id }) => id === seen.id);
  if (!row) return false;
  const changes = await replaceSteps(
    tx,
    row,
    {
      revision: publication.revision + 1,
      key: draft.key,
      steps: draft.rendered.steps,
      costMicros: draft.rendered.costMicros,
      ...timing(draft, publication.dueAtMs, nowMs),
    },
    nowMs,
    seals,
  );
  assertMove('edit', row.state, changes.state);
  await tx.updateTable('delivery').set(changes).where('id', '=', row.id).execute();
  return true;
}

/** Undefined when it can't be rendered any more, because a file of it is gone: then it keeps its steps. */
async function drafted(
  renderer: Renderer,
  publication: Publication,
  draft: (manuscript: Manuscript) => Promise<Draft>,
): Promise<Draft | undefined> {
  try {
    const media = await renderer.media(publication.guildId, publication.content);
    return await draft({ ...publication, publicationId: publication.id, media });
  } catch (error) {
    if (isGuildmeshError(error, 'PUBLISH_NO_ARTIFACT')) return undefined;
    throw error;
  }
}

async function stepsOf(db: Kysely<Schema>, deliveryId: string): Promise<Step[]> {
  const rows = await db
    .selectFrom('delivery_step')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => readStep(row).step);
}
