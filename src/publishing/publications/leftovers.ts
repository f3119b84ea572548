import type { Kysely } from 'kysely';
import type { Leftover, Publisher, Receipts } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { publishErrors } from '../errors.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { Deliveries, Delivery, DeliveryStep } from '../outbox/deliveries.ts';
import { isDoubtful } from '../outbox/delivery.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Schema } from '../tables/schema.ts';
import type { TargetStore } from '../targets/target-store.ts';

/** After this time a person deletes it there, or asks once more. */
const removeTimeoutMs = 20_000;
/** States in which nothing happens automatically any more. */
const restingStates: readonly Delivery['state'][] = ['failed', 'unknown', 'discarded'];

export interface LeftoversComponents {
  db: Kysely<Schema>;
  deliveries: Pick<Deliveries, 'steps'>;
  targets: Pick<TargetStore, 'byId'>;
  host: PublisherHost;
  clock: Clock;
}

/**
 * What deliveries that stopped in the middle have left at their targets, where only people who may write there see it.
 */
export class Leftovers {
  readonly #components: LeftoversComponents;

  constructor(components: LeftoversComponents) {
    this.#components = components;
  }

  /** By delivery. */
  async of(deliveries: readonly Delivery[]): Promise<Map<string, Leftover>> {
    const found = new Map<string, Leftover>();
    for (const delivery of deliveries) {
      if (!restingStates.includes(delivery.state) || delivery.takesBack !== undefined) continue;
      const { leftover } = (await this.#publisher(delivery).catch(notLoaded)) ?? {};
      if (!leftover) continue;
      const steps = await this.#components.deliveries.steps(delivery.id);
      const left = leftover.of(plain(steps), receiptsOf(steps));
      if (left) found.set(delivery.id, left);
    }
    return found;
  }

  /** For a delivery that was given up. Throws OUTBOX_LEFTOVER: then it is still there, and may be retried. */
  async remove(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { deliveries, db } = this.#components;
    if (delivery.takesBack !== undefined) return;
    const publisher = await this.#publisher(delivery);
    const steps = await deliveries.steps(delivery.id);
    if (!publisher?.leftover || steps.every(({ state }) => state === 'waiting')) return;
    const left = publisher.leftover.of(plain(steps), receiptsOf(steps));
    if (!left && !steps.some(isDoubtful)) return;
    try {
      await this.#removeAt(delivery, publisher, steps, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { what = 'what it prepared', url = 'the target' } = left ?? {};
      throw outboxErrors.OUTBOX_LEFTOVER({ what, url, reason: reasonOf(publisher, error) });
    }
    // Nothing of it is there any more.
    await db
      .updateTable('delivery_step')
      .set({ state: 'waiting', receipt: null })
      .where('delivery_id', '=', delivery.id)
      .execute();
  }

  async #removeAt(
    delivery: Delivery,
    publisher: Publisher,
    steps: readonly DeliveryStep[],
    signal: AbortSignal,
  ): Promise<void> {
    const { targets, host, clock } = this.#components;
    const target = await targets.byId(delivery.targetId);
    if (!target || target.removed) throw publishErrors.PUBLISH_NO_TARGET({ target: target?.name ?? '' });
    await withDeadline(clock, removeTimeoutMs, signal, async (within) => {
      const context = await host.connecting(target, publisher, within);
      await publisher.leftover?.remove(context, plain(steps), receiptsOf(steps));
    });
  }

  #publisher({ publisher, guildId }: Delivery): Promise<Publisher | undefined> {
    return this.#components.host.publisher(publisher, guildId);
  }
}

/** Deliveries can be shown nevertheless; the log has the reason. */
function notLoaded(error: unknown): undefined {
  if (!isGuildmeshError(error, 'PUBLISH_NOT_LOADED')) throw error;
}

function plain(steps: readonly DeliveryStep[]) {
  return steps.map(({ step }) => step);
}

function receiptsOf(steps: readonly DeliveryStep[]): Receipts {
  return Object.fromEntries(
    steps.flatMap(({ step, state, receipt }) => (state === 'done' && receipt ? [[step.id, receipt]] : [])),
  );
}

function reasonOf(publisher: Publisher, error: unknown): string {
  const reason = isGuildmeshError(error) ? error.message : publisher.classify(error).reason;
  return reason.replace(/\.$/, '');
}
