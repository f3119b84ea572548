import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { transact } from '#storage/transaction.ts';
import { deliveryItem, insertItems } from '../concerns/items.ts';
import { findPublication, type Publication, revisePublication } from '../drafts/publication-store.ts';
import { type Draft, problemsOf, type Renderer } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import type { Claimed } from '../outbox/delivery.ts';
import type { Renewal } from '../outbox/delivery-host.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { replaceSteps } from '../outbox/replace-steps.ts';
import { assertMove } from '../outbox/transitions.ts';
import type { Schema } from '../tables/schema.ts';
import type { TargetStore } from '../targets/target-store.ts';
import { timing } from './compose.ts';
import { lockedNotLeft } from './not-left.ts';

export interface RenewalsComponents {
  db: Kysely<Schema>;
  outbox: Pick<Outbox, 'seals' | 'changes' | 'wake'>;
  targets: TargetStore;
  renderer: Renderer;
  clock: Pick<Clock, 'nowMs'>;
}

/** Renders a delivery again of which nothing has left: earlier approvals are for other steps, and no longer count. */
export class Renewals {
  readonly #components: RenewalsComponents;

  constructor(components: RenewalsComponents) {
    this.#components = components;
  }

  /** Reads only, until `keep`. Throws what a later attempt may not meet again. */
  async renew(delivery: Claimed, reason: string, signal: AbortSignal): Promise<Renewal> {
    try {
      const made = await this.#made(delivery, signal);
      return { state: 'ready', keep: () => this.#keep(delivery, made, reason) };
    } catch (error) {
      if (isGuildmeshError(error) && error.code.startsWith('PUBLISH_')) return { state: 'impossible', error };
      throw error;
    }
  }

  async #made(delivery: Claimed, signal: AbortSignal): Promise<{ publication: Publication; draft: Draft }> {
    const { db, targets, renderer } = this.#components;
    const { guildId, publicationId, targetId } = delivery;
    const publication = await findPublication(db, guildId, publicationId);
    const target = await targets.byId(targetId);
    if (!publication) throw publishErrors.PUBLISH_NO_PUBLICATION();
    if (!target || target.removed)
      throw publishErrors.PUBLISH_NO_TARGET({ target: target?.name ?? targetId });
    const media = await renderer.media(guildId, publication.content);
    const revision = publication.revision + 1;
    const draft = await renderer.bound({ ...publication, publicationId, media, revision }, target, signal, {
      strict: true,
    });
    const problems = problemsOf(draft);
    if (problems.length > 0) throw publishErrors.PUBLISH_PROBLEMS({ target: target.name, problems });
    return { publication, draft };
  }

  /** Does nothing if somebody has edited or withdrawn it meanwhile. */
  async #keep(
    delivery: Claimed,
    { publication, draft }: { publication: Publication; draft: Draft },
    reason: string,
  ): Promise<void> {
    const { db, clock, outbox } = this.#components;
    await transact(db, async (tx) => {
      const nowMs = clock.nowMs();
      const row = (await lockedNotLeft(tx, publication.id, nowMs)).find(({ id }) => id === delivery.id);
      if (!row || !(await revisePublication(tx, publication, publication, nowMs))) return;
      const next = {
        revision: publication.revision + 1,
        key: draft.key,
        steps: draft.rendered.steps,
        costMicros: draft.rendered.costMicros,
        ...timing(draft, publication.dueAtMs, nowMs),
      };
      const changes = await replaceSteps(tx, row, next, nowMs, outbox.seals);
      assertMove('edit', row.state, changes.state);
      const told = outboxErrors.OUTBOX_OUTDATED({ reason });
      const why = { error_code: told.code, error_text: `${told.message} ${told.next}` };
      await tx
        .updateTable('delivery')
        .set({ ...changes, ...(changes.state === 'awaiting-approval' ? why : {}), updated_at_ms: nowMs })
        .where('id', '=', row.id)
        .execute();
      // This happens while nobody watches.
      const { id, guild_id: guildId, target_id: targetId } = row;
      if (changes.state === 'awaiting-approval')
        await insertItems(tx, [deliveryItem({ id, guildId, targetId }, 'approval', next.revision, nowMs)]);
    });
    outbox.changes.tell({ deliveryId: delivery.id, publicationId: publication.id });
    outbox.wake();
  }
}
