import { type AnyAction, implement } from '#contracts/action.ts';
import { alertRetry, alertShow, alertsHere, alertsOff, alertsTest } from '#contracts/actions/alerts.ts';
import type { NoticesChannels } from '#contracts/guild-settings.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import { testTopic } from '../concerns/items.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { AlertCardTable } from '../tables/alerts.ts';
import type { AlertStore } from './alert-store.ts';
import type { AlertViews } from './alert-views.ts';
import type { Alerts } from './alerts.ts';
import { alertErrors } from './errors.ts';

export interface AlertActionsComponents {
  alerts: Alerts;
  store: AlertStore;
  views: AlertViews;
  places: NoticesChannels;
  outbox: Outbox;
  ids: SortableIds;
  clock: Pick<Clock, 'nowMs'>;
}

export function alertActions(components: AlertActionsComponents): AnyAction[] {
  const { alerts, store, views, places, outbox, ids, clock } = components;

  async function cardOf(guildId: string, alertId: string): Promise<AlertCardTable> {
    const card = await store.card(guildId, alertId);
    if (!card) throw alertErrors.ALERTS_UNKNOWN();
    return card;
  }

  return [
    implement(alertsHere, async ({ actor }, { guildId, channelId: named }) => {
      const channelId = named ?? (actor.kind === 'guild-member' ? actor.channelId : undefined);
      if (channelId === undefined) throw alertErrors.ALERTS_NO_CHANNEL();
      await places.set(guildId, channelId, actor);
      return { channelId };
    }),
    implement(alertsOff, async ({ actor }, { guildId }) => {
      await places.set(guildId, undefined, actor);
      return {};
    }),
    implement(alertsTest, async (_, { guildId }) => {
      const id = `${testTopic}${ids.next()}`;
      const channelId = await alerts.channelFor(guildId);
      if (channelId === undefined) throw alertErrors.ALERTS_NOWHERE();
      const text = 'Somebody wanted to see where alerts go: here. Nothing is wrong.';
      await store.add([{ id, guild_id: guildId, kind: 'test', topic: id, text, at_ms: clock.nowMs() }]);
      await alerts.lookNow();
      const card = await store.cardOfItem(id);
      if (!card?.message_id) throw alertErrors.ALERTS_NOWHERE();
      return { channelId: card.channel_id };
    }),
    implement(alertShow, async (_, { guildId, alertId }) => views.view(await cardOf(guildId, alertId))),
    implement(alertRetry, async (_, { guildId, alertId }) => {
      const card = await cardOf(guildId, alertId);
      let retriedCount = 0;
      let leftCount = 0;
      for (const { id, errorCode } of await views.waitingDeliveries(card)) {
        // It has no steps: only an edit adds some.
        const retried = errorCode !== 'PUBLISH_PROBLEMS' && (await retry(guildId, id));
        if (retried) retriedCount++;
        else leftCount++;
      }
      return { retriedCount, leftCount, alert: await views.view(card) };
    }),
  ];

  /** False: somebody else has decided meanwhile, or it can't be retried. */
  async function retry(guildId: string, deliveryId: string): Promise<boolean> {
    try {
      await outbox.operations.retry(guildId, deliveryId);
      return true;
    } catch (error) {
      if (isGuildmeshError(error)) return false;
      throw error;
    }
  }
}
