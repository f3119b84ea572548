import type { LiveStandings } from '#contracts/guild-standing.ts';
import type { Storage } from '#storage/storage.ts';
import { insertHold } from './concerns/items.ts';
import { Outbox, type OutboxComponents, type OutboxInit, outboxDefaults } from './outbox/outbox.ts';
import type { TargetStore } from './targets/target-store.ts';

type Given = 'heldGuildIds' | 'onHeldChange' | 'budgetMicros' | 'alert';

export interface PublishingOutboxComponents extends Omit<OutboxComponents, Given> {
  storage: Pick<Storage, 'engine' | 'hubId'>;
  standings: LiveStandings;
  targets: TargetStore;
}

/** The outbox, connected with targets, guilds and alerts. */
export function createOutbox(
  components: PublishingOutboxComponents,
  init: Partial<Omit<OutboxInit, 'engine' | 'worker'>> = {},
): Outbox {
  const { storage, standings, targets } = components;
  return new Outbox(
    {
      ...components,
      heldGuildIds: () => standings.heldGuildIds(),
      onHeldChange: (listener) => standings.onChange(listener),
      budgetMicros: async (targetId) => (await targets.byId(targetId))?.monthlyBudgetMicros,
      alert: insertHold,
    },
    { ...outboxDefaults, ...init, engine: storage.engine, worker: () => workerName(storage.hubId) },
  );
}

/** A database of its own has one hub, which has no name there. */
function workerName(hubId: string): string {
  return hubId === '' ? `hub:${process.pid}` : hubId;
}
