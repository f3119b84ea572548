import type { Kysely } from 'kysely';
import type { DeliveryFacts, DeliveryView, PublicationView } from '#contracts/actions/publish.ts';
import type { Leftover } from '#contracts/publisher.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { approvalCounts, approvalsNeeded } from '../approval/approvals.ts';
import { findPublications, type Publication } from '../drafts/publication-store.ts';
import { withPromises } from '../drafts/recorded-people.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Deliveries, Delivery } from '../outbox/deliveries.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import type { Leftovers } from './leftovers.ts';
import type { TakingBack } from './taking-back.ts';

/** A publication has at most one delivery for each of its targets. */
export const deliveriesPerPublicationMax = 20;

export interface ViewsComponents {
  db: Kysely<Schema>;
  deliveries: Deliveries;
  readiness: Pick<Readiness, 'lamp'>;
  targets: TargetStore;
  leftovers: Pick<Leftovers, 'of'>;
  takingBack: Pick<TakingBack, 'possible' | 'standing'>;
  scrubber: Pick<Scrubber, 'of'>;
}

/** What people see of publications and deliveries. */
export class Views {
  readonly #components: ViewsComponents;

  constructor(components: ViewsComponents) {
    this.#components = components;
  }

  async publication(publication: Publication): Promise<PublicationView> {
    const deliveries = await this.#components.deliveries.list({
      guildId: publication.guildId,
      publicationId: publication.id,
      posts: true,
      only: 'all',
      limit: deliveriesPerPublicationMax,
    });
    const inOrder = deliveries.sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      id: publication.id,
      guildId: publication.guildId,
      title: publication.content.title,
      createdAtMs: publication.createdAtMs,
      ...(publication.dueAtMs === undefined ? {} : { dueAtMs: publication.dueAtMs }),
      deliveries: await this.deliveries(inOrder),
    };
  }

  async deliveries(deliveries: readonly Delivery[]): Promise<DeliveryView[]> {
    const { takingBack } = this.#components;
    const guildId = deliveries[0]?.guildId ?? '';
    const standing = await takingBack.standing(
      guildId,
      deliveries.filter(({ state }) => state === 'done').map(({ id }) => id),
    );
    const possible = await takingBack.possible(deliveries.filter(({ id }) => !standing.has(id)));
    const facts = await this.#facts([...deliveries, ...standing.values()]);
    return deliveries.flatMap(({ id }) => {
      const found = facts.get(id);
      const back = facts.get(standing.get(id)?.id ?? '');
      if (!found) return [];
      return [
        {
          ...found,
          ...(possible.has(id) && { canTakeBack: true as const }),
          ...(back && { takingBack: back }),
        },
      ];
    });
  }

  async #facts(deliveries: readonly Delivery[]): Promise<Map<string, DeliveryFacts>> {
    const { db, targets, readiness } = this.#components;
    const byId = await targets.byIds(deliveries.map(({ targetId }) => targetId));
    const publications = await findPublications(
      db,
      deliveries.map(({ publicationId }) => publicationId),
    );
    const given = await approvalCounts(
      db,
      deliveries.map(({ id, revision, stepsHash }) => ({ deliveryId: id, revision, stepsHash })),
    );
    const promised = await withPromises(db, publications);
    const left = await this.#components.leftovers.of(deliveries);
    const pauses = new Map<string, string>();
    for (const [id, target] of byId) {
      const { reasons } = await readiness.lamp(target);
      if (reasons.length > 0) pauses.set(id, reasons.join(' '));
    }
    const views = deliveries.map((delivery) =>
      this.#view(delivery, {
        title: publications.find(({ id }) => id === delivery.publicationId)?.content.title ?? '',
        target: byId.get(delivery.targetId),
        paused: pauses.get(delivery.targetId),
        given: given.get(delivery.id) ?? 0,
        isPromised: promised.has(delivery.publicationId),
        leftover: left.get(delivery.id),
      }),
    );
    return new Map(views.map((view) => [view.id, view]));
  }

  #view(
    delivery: Delivery,
    known: {
      title: string;
      target: Target | undefined;
      paused: string | undefined;
      given: number;
      isPromised: boolean;
      leftover: Leftover | undefined;
    },
  ): DeliveryFacts {
    const { dueAtMs, error, progress, receipt, state } = delivery;
    const scrubber = this.#components.scrubber.of(delivery.guildId);
    const over = ['done', 'cancelled', 'discarded'].includes(state);
    return {
      id: delivery.id,
      publicationId: delivery.publicationId,
      title: known.title,
      target: known.target?.name ?? 'a removed target',
      publisher: delivery.publisher,
      state,
      needsPerson: delivery.needsPerson,
      ...(dueAtMs === undefined ? {} : { dueAtMs }),
      ...(receipt?.url === undefined ? {} : { url: receipt.url }),
      ...(error ? { error: { code: error.code, text: scrubber.scrub(error.text) } } : {}),
      attempts: delivery.attempts,
      ...(progress ? { progress } : {}),
      approvals: {
        given: known.given,
        needed: approvalsNeeded({ policy: known.target?.policy ?? 'none', isPromised: known.isPromised }),
      },
      ...(state === 'awaiting-approval' ? { stepsHash: delivery.stepsHash } : {}),
      ...(known.leftover ? { leftover: known.leftover } : {}),
      ...(known.paused && !over ? { paused: known.paused } : {}),
      ...(delivery.takesBack === undefined ? {} : { takesBack: delivery.takesBack }),
      updatedAtMs: delivery.updatedAtMs,
    };
  }
}
