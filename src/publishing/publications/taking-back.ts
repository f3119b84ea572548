import type { Kysely } from 'kysely';
import type { Publisher, Receipts, Retraction, Step } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { transact } from '#storage/transaction.ts';
import { approvalsNeeded } from '../approval/approvals.ts';
import { findPublications } from '../drafts/publication-store.ts';
import { withPromises } from '../drafts/recorded-people.ts';
import { publishErrors } from '../errors.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { Delivery } from '../outbox/deliveries.ts';
import type { NewDelivery } from '../outbox/delivery.ts';
import { outboxErrors } from '../outbox/errors.ts';
import { stepsHashOf, takeBackKeyOf } from '../outbox/keys.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';

/** How often taking back one delivery may be given up and begun again. */
export const takingBackMax = 5;
/** States in which taking back was given up: another may follow. */
const givenUp: readonly Delivery['state'][] = ['cancelled', 'discarded'];

export interface TakingBackComponents {
  db: Kysely<Schema>;
  outbox: Pick<Outbox, 'deliveries' | 'enqueue' | 'enqueued' | 'ids'>;
  targets: Pick<TargetStore, 'byId'>;
  host: Pick<PublisherHost, 'publisher'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** Takes back what was delivered: by a delivery of its own, through approval and outbox like any. */
export class TakingBack {
  readonly #components: TakingBackComponents;

  constructor(components: TakingBackComponents) {
    this.#components = components;
  }

  /** Those of these deliveries whose result can be taken back. */
  async possible(deliveries: readonly Delivery[]): Promise<Set<string>> {
    const possible = new Set<string>();
    for (const delivery of deliveries) {
      if (delivery.state !== 'done' || delivery.takesBack !== undefined) continue;
      const publisher = await this.#publisher(delivery).catch(notLoaded);
      if (publisher && 'steps' in (await this.#retraction(publisher, delivery))) possible.add(delivery.id);
    }
    return possible;
  }

  /** The newest that takes back each of these, by its id; none that was given up. */
  async standing(guildId: string, deliveryIds: readonly string[]): Promise<Map<string, Delivery>> {
    const all = await this.#components.outbox.deliveries.takingBack(guildId, deliveryIds);
    return new Map(
      all.flatMap((one) =>
        one.takesBack === undefined || givenUp.includes(one.state) ? [] : [[one.takesBack, one]],
      ),
    );
  }

  /**
   * Returns the publication it belongs to. Does nothing while it is taken back, or has been. Throws
   * OUTBOX_NO_SUCH_DELIVERY, OUTBOX_NOT_POSSIBLE, PUBLISH_NO_TARGET, PUBLISH_STAYS, PUBLISH_TOO_MANY,
   * PUBLISH_NOT_LOADED, PUBLISH_VAULT_SEALED.
   */
  async takeBack(guildId: string, deliveryId: string): Promise<string> {
    const { outbox, targets, clock } = this.#components;
    const made = await outbox.deliveries.get(guildId, deliveryId);
    if (!made) throw outboxErrors.OUTBOX_NO_SUCH_DELIVERY({ deliveryId });
    if (made.state !== 'done' || made.takesBack !== undefined)
      throw outboxErrors.OUTBOX_NOT_POSSIBLE({ event: 'take-back', state: made.state });
    const earlier = await outbox.deliveries.takingBack(guildId, [deliveryId]);
    if (earlier.some(({ state }) => !givenUp.includes(state))) return made.publicationId;
    if (earlier.length >= takingBackMax)
      throw publishErrors.PUBLISH_TOO_MANY({ what: 'beginnings of taking it back', max: takingBackMax });
    const target = await targets.byId(made.targetId);
    if (!target || target.removed)
      throw publishErrors.PUBLISH_NO_TARGET({ target: target?.name ?? made.targetId });
    const steps = await this.#steps(made, target);
    await this.#keep({
      id: outbox.ids.next(),
      publicationId: made.publicationId,
      targetId: made.targetId,
      guildId,
      publisher: made.publisher,
      key: takeBackKeyOf(deliveryId, earlier.length),
      revision: 1,
      state: (await this.#needsApproval(made, target)) ? 'awaiting-approval' : 'pending',
      dueAtMs: clock.nowMs(),
      steps,
      stepsHash: stepsHashOf(steps),
      costMicros: 0,
      takesBack: deliveryId,
    });
    return made.publicationId;
  }

  async #steps(made: Delivery, { name }: Target): Promise<readonly Step[]> {
    const publisher = await this.#publisher(made);
    if (!publisher) throw publishErrors.PUBLISH_NO_PUBLISHER({ publisher: made.publisher });
    const retraction = await this.#retraction(publisher, made);
    if ('steps' in retraction) return retraction.steps;
    throw publishErrors.PUBLISH_STAYS({ target: name, why: retraction.why, url: made.receipt?.url });
  }

  async #retraction(publisher: Publisher, made: Delivery): Promise<Retraction> {
    const { title } = publisher.describe;
    if (!publisher.retract) return { why: `${title} has no way to take it back from here` };
    const steps = await this.#components.outbox.deliveries.steps(made.id);
    const receipts: Receipts = Object.fromEntries(
      steps.flatMap(({ step, state, receipt }) => (state === 'done' && receipt ? [[step.id, receipt]] : [])),
    );
    if (!steps.every(({ step }) => receipts[step.id]))
      return { why: 'a person has said that it is there, so the hub doesn’t know what exactly to take back' };
    return publisher.retract(
      steps.map(({ step }) => step),
      receipts,
    );
  }

  /** As the host checks it once more before it leaves. */
  async #needsApproval({ publicationId }: Delivery, { policy }: Target): Promise<boolean> {
    const { db } = this.#components;
    const promised = await withPromises(db, await findPublications(db, [publicationId]));
    return approvalsNeeded({ policy, isPromised: promised.size > 0 }) > 0;
  }

  /** Two people who ask at once get one: its key is unique. */
  async #keep(delivery: NewDelivery): Promise<void> {
    const { db, outbox } = this.#components;
    outbox.enqueued(await transact(db, (tx) => outbox.enqueue(tx, [delivery])));
  }

  #publisher({ publisher, guildId }: Delivery): Promise<Publisher | undefined> {
    return this.#components.host.publisher(publisher, guildId);
  }
}

/** Deliveries can be shown nevertheless; the log has the reason. */
function notLoaded(error: unknown): undefined {
  if (!isGuildmeshError(error, 'PUBLISH_NOT_LOADED')) throw error;
}
