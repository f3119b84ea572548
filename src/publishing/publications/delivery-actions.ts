import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type DeliveryView,
  deliveryDiscard,
  deliveryDone,
  deliveryList,
  deliveryRetry,
  deliveryTakeBack,
} from '#contracts/actions/publish.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { TargetStore } from '../targets/target-store.ts';
import type { Leftovers } from './leftovers.ts';
import type { PublicationService } from './publication-service.ts';
import type { TakingBack } from './taking-back.ts';
import type { Views } from './views.ts';

export interface DeliveryActionsComponents {
  outbox: Outbox;
  targets: TargetStore;
  views: Views;
  leftovers: Pick<Leftovers, 'remove'>;
  takingBack: Pick<TakingBack, 'takeBack'>;
  publications: Pick<PublicationService, 'show'>;
}

export function deliveryActions({
  outbox,
  targets,
  views,
  leftovers,
  takingBack,
  publications,
}: DeliveryActionsComponents): AnyAction[] {
  const { operations, deliveries } = outbox;

  async function shown(guildId: string, deliveryId: string): Promise<DeliveryView> {
    const delivery = await deliveries.get(guildId, deliveryId);
    const [view] = delivery ? await views.deliveries([delivery]) : [];
    if (!view) throw outboxErrors.OUTBOX_NO_SUCH_DELIVERY({ deliveryId });
    return view;
  }

  return [
    implement(deliveryList, async (_, { guildId, target, only, limit }) => {
      const targetId = target === undefined ? undefined : (await targets.named(guildId, target)).id;
      const filter = { guildId, only, limit, ...(targetId === undefined ? {} : { targetId }) };
      return { deliveries: await views.deliveries(await deliveries.list(filter)) };
    }),
    implement(deliveryRetry, async (_, { guildId, deliveryId }) => {
      const { error, state } = await shown(guildId, deliveryId);
      // It has no steps: only an edit adds some.
      if (error?.code === 'PUBLISH_PROBLEMS')
        throw outboxErrors.OUTBOX_NOT_POSSIBLE({ event: 'retry', state });
      await operations.retry(guildId, deliveryId);
      return shown(guildId, deliveryId);
    }),
    implement(deliveryDone, async (_, { guildId, deliveryId, url }) => {
      await operations.markDone(guildId, deliveryId, url);
      return shown(guildId, deliveryId);
    }),
    implement(deliveryDiscard, async ({ signal }, { guildId, deliveryId }) => {
      const before = await shown(guildId, deliveryId);
      // What it left could not be removed the first time.
      const isAgain = before.state === 'discarded' && before.leftover !== undefined;
      if (!isAgain) await operations.discard(guildId, deliveryId);
      const delivery = await deliveries.get(guildId, deliveryId);
      if (delivery) await leftovers.remove(delivery, signal);
      return shown(guildId, deliveryId);
    }),
    implement(deliveryTakeBack, async (_, { guildId, deliveryId }) =>
      publications.show(guildId, await takingBack.takeBack(guildId, deliveryId)),
    ),
  ];
}
