import type { Kysely } from 'kysely';
import type { z } from 'zod';
import {
  type PublicationView,
  publicationContent,
  type publishCreate,
  type publishPreview,
} from '#contracts/actions/publish.ts';
import type { PublicationOrder, Publications } from '#contracts/publications.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import { deliveryItem, insertItems } from '../concerns/items.ts';
import { findPublication, insertPublication, type Publication } from '../drafts/publication-store.ts';
import { type Draft, problemsOf, type Renderer, refuseSecrets } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import type { Readiness } from '../host/readiness.ts';
import type { NewDelivery } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { compose, insertRefused, publicationIdOf } from './compose.ts';
import { resolveDue } from './due-time.ts';
import { moveDeliveries } from './move-deliveries.ts';
import { madeAtMs, previewHash, requireSeen, seenPublicationId } from './seen.ts';
import type { Views } from './views.ts';
import { withLamp } from './with-lamp.ts';

type Request = Omit<z.output<typeof publishCreate.input>, 'seen'>;
export type Preview = z.input<typeof publishPreview.output>;

export interface PublicationServiceComponents {
  db: Kysely<Schema>;
  outbox: Outbox;
  targets: TargetStore;
  renderer: Renderer;
  views: Views;
  readiness: Pick<Readiness, 'lamp'>;
  /** Absent: publications leave at once only. */
  wallTime: WallTime | undefined;
  clock: Pick<Clock, 'nowMs'>;
}

/** Publications from preview to withdrawal. Once their deliveries may leave, the outbox handles them. */
export class PublicationService implements Publications {
  readonly #components: PublicationServiceComponents;

  constructor(components: PublicationServiceComponents) {
    this.#components = components;
  }

  /** Exactly what `create` would make of the same request; nothing is written. */
  async preview(request: Request, signal: AbortSignal): Promise<Preview> {
    const { renderer, outbox } = this.#components;
    const id = outbox.ids.next();
    const due = resolveDue(this.#components, request.at);
    const targets = await this.#targets(request.guildId, request.targets);
    const publication = newPublication(request, { id, createdAtMs: madeAtMs(id) });
    const drafts = await this.#drafts(publication, targets, signal);
    const preview = previewOf(renderer, id, drafts, due);
    const shown = preview.targets.map((target, place) =>
      withLamp(this.#components.readiness, target, targets[place]),
    );
    return { ...preview, targets: await Promise.all(shown) };
  }

  /**
   * With `seen`, exactly what that preview showed is made, once, however often it is called. Throws PUBLISH_CHANGED,
   * PUBLISH_SECRET, PUBLISH_NOTHING_TO_SEND, PUBLISH_NO_TARGET, PUBLISH_NO_ARTIFACT, PUBLISH_TIME_PASSED, SCHEDULE_*.
   */
  async create(
    request: Request,
    seen: Readonly<Record<string, string>> | undefined,
    createdBy: string,
  ): Promise<PublicationView> {
    const { clock, outbox } = this.#components;
    const targets = await this.#targets(request.guildId, request.targets);
    const id = seen ? seenPublicationId(seen, targets, clock.nowMs()) : outbox.ids.next();
    const known = seen && (await this.find(request.guildId, id));
    if (known) return known;
    const dueAtMs = resolveDue(this.#components, request.at)?.atMs;
    const publication = newPublication(request, { id, createdAtMs: madeAtMs(id), dueAtMs, createdBy });
    const drafts = await this.#drafts(publication, targets);
    refuseSecrets(drafts);
    if (seen) requireSeen(seen, id, drafts);
    if (drafts.every((draft) => problemsOf(draft).length > 0))
      throw publishErrors.PUBLISH_NOTHING_TO_SEND({ problems: allProblems(drafts) });
    return this.#keep(publication, drafts);
  }

  async order(order: PublicationOrder): Promise<PublicationView> {
    return this.orderWith(order, {});
  }

  /** Like `order`, with the addresses of earlier receipts for `{receipt:…}`. */
  async orderWith(
    order: PublicationOrder,
    receipts: Readonly<Record<string, string>>,
  ): Promise<PublicationView> {
    const { guildId, cause, orderedBy: createdBy, dueAtMs } = order;
    const id = publicationIdOf(guildId, cause);
    const known = await this.find(guildId, id);
    if (known) return known;
    const targets = await this.#targets(guildId, order.targets);
    const content = publicationContent.parse(order.content);
    const publication: Publication = {
      ...newPublication({ guildId, content }, { id, createdAtMs: this.#nowMs(), dueAtMs, createdBy }),
      cause: JSON.stringify([guildId, cause]),
      receipts: { ...receipts },
    };
    const drafts = await this.#drafts(publication, targets);
    refuseSecrets(drafts);
    return this.#keep(publication, drafts);
  }

  async show(guildId: string, publicationId: string): Promise<PublicationView> {
    return this.#components.views.publication(await this.#publication(guildId, publicationId));
  }

  async find(guildId: string, publicationId: string): Promise<PublicationView | undefined> {
    const { db, views } = this.#components;
    const publication = await findPublication(db, guildId, publicationId);
    return publication && views.publication(publication);
  }

  /** Throws PUBLISH_NO_PUBLICATION, PUBLISH_ALREADY_LEFT. */
  async withdraw(guildId: string, publicationId: string): Promise<PublicationView> {
    await this.#publication(guildId, publicationId);
    const withdrawn = await this.#components.outbox.operations.cancelPublication(guildId, publicationId);
    if (withdrawn.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return this.show(guildId, publicationId);
  }

  /** Throws PUBLISH_NO_PUBLICATION, PUBLISH_ALREADY_LEFT. Approvals stay: they are for the content. */
  async move(guildId: string, publicationId: string, dueAtMs: number): Promise<PublicationView> {
    const { db, outbox, clock } = this.#components;
    const publication = await this.#publication(guildId, publicationId);
    const moved = await moveDeliveries({ db, clock }, publication, dueAtMs);
    for (const deliveryId of moved) outbox.changes.tell({ deliveryId, publicationId });
    outbox.wake();
    return this.show(guildId, publicationId);
  }

  onChange(listener: (publicationId: string) => void): () => void {
    return this.#components.outbox.changes.on(({ publicationId }) => listener(publicationId));
  }

  /** Publication, deliveries and steps in one transaction. */
  async #keep(publication: Publication, drafts: readonly Draft[]): Promise<PublicationView> {
    const { db, outbox } = this.#components;
    const composed = compose(publication, drafts, outbox, this.#nowMs());
    const added = await transact(db, async (tx): Promise<NewDelivery[] | undefined> => {
      if (!(await insertPublication(tx, publication))) return undefined;
      await insertRefused(tx, composed.refused);
      const enqueued = await outbox.enqueue(tx, composed.deliveries);
      // Nobody sees a view of it that would show that it waits.
      if (publication.cause !== undefined)
        await insertItems(
          tx,
          enqueued
            .filter(({ state }) => state === 'awaiting-approval')
            .map((delivery) => deliveryItem(delivery, 'approval', delivery.revision, this.#nowMs())),
        );
      return enqueued;
    });
    // Another request made it at the same moment: return the existing one; one of another guild is not found.
    if (added) {
      outbox.enqueued(added);
      for (const { id } of composed.refused)
        outbox.changes.tell({ deliveryId: id, publicationId: publication.id });
    }
    return this.show(publication.guildId, publication.id);
  }

  async #drafts(
    publication: Publication,
    targets: readonly Target[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Draft[]> {
    const { renderer } = this.#components;
    const media = await renderer.media(publication.guildId, publication.content);
    const manuscript = { ...publication, publicationId: publication.id, media };
    return Promise.all(targets.map((target) => renderer.bound(manuscript, target, signal)));
  }

  async #targets(guildId: string, names: readonly string[]): Promise<Target[]> {
    const { targets } = this.#components;
    return Promise.all([...new Set(names)].map((name) => targets.named(guildId, name)));
  }

  async #publication(guildId: string, publicationId: string): Promise<Publication> {
    const found = await findPublication(this.#components.db, guildId, publicationId);
    if (!found) throw publishErrors.PUBLISH_NO_PUBLICATION();
    return found;
  }

  #nowMs(): number {
    return this.#components.clock.nowMs();
  }
}

export function previewOf(
  renderer: Renderer,
  publicationId: string,
  drafts: readonly Draft[],
  due: { atMs: number; text?: string; note?: string | undefined } | undefined,
): Preview {
  const previews = drafts.map((draft) => renderer.preview(draft, previewHash(publicationId, draft)));
  return {
    targets: previews,
    costMicros: previews.reduce((sum, { costMicros }) => sum + costMicros, 0),
    ...(due && { dueAtMs: due.atMs }),
    ...(due?.text && { when: due.note ? `${due.text}. ${due.note}` : due.text }),
  };
}

function newPublication(
  request: Pick<Request, 'guildId' | 'content'>,
  made: { id: string; createdAtMs: number; dueAtMs?: number | undefined; createdBy?: string },
): Publication {
  return {
    id: made.id,
    guildId: request.guildId,
    createdBy: made.createdBy ?? '',
    createdAtMs: made.createdAtMs,
    content: request.content,
    cause: undefined,
    dueAtMs: made.dueAtMs,
    receipts: {},
    revision: 1,
  };
}

function allProblems(drafts: readonly Draft[]): string[] {
  return drafts.flatMap((draft) => problemsOf(draft).map((problem) => `${draft.target.name}: ${problem}`));
}
