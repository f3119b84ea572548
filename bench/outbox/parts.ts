import type { AttemptContext, Publisher } from '#contracts/publisher.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { SortableIds } from '#core/sortable-id.ts';
import { DeliveryChanges } from '#publishing/outbox/changes.ts';
import type { Database, NewDelivery, Tx } from '#publishing/outbox/delivery.ts';
import { Dispatcher } from '#publishing/outbox/dispatcher.ts';
import { enqueueTogether } from '#publishing/outbox/enqueue.ts';
import { GroupCommit } from '#publishing/outbox/group-commit.ts';
import { deliveryKeyOf, stepsHashOf } from '#publishing/outbox/keys.ts';
import { outboxDefaults } from '#publishing/outbox/outbox.ts';
import { DeliveryRunner } from '#publishing/outbox/runner.ts';
import { OutboxStore } from '#publishing/outbox/store.ts';
import { TargetGate } from '#publishing/outbox/target-gate.ts';
import type { OutboxTables } from '#publishing/tables/outbox.ts';
import { type DatabasePlace, engineOf } from '#storage/database.ts';
import { transact } from '#storage/transaction.ts';
import { fixedSeals } from '../../tests/publishing/support/fixed-seals.ts';
import { createDatabase, prepareDatabase } from '../../tests/support/tables.ts';

/** One delivery is on its way per target at a time, so as many run beside each other as there are targets. */
export const targetCount = 256;

export interface BenchInit {
  file: string | undefined;
  postgresUrl: string | undefined;
  worker: string;
  /** False: one transaction per write, as a baseline. */
  grouped: boolean;
}

/** The real outbox over a publisher that does nothing: what is left is the cost of being durable. */
export async function assemble(init: BenchInit) {
  const [clock, chance, logger] = [systemClock(), systemChance(), silentLogger()];
  const place: DatabasePlace = init.postgresUrl
    ? { postgresUrl: new Secret(init.postgresUrl) }
    : { file: init.file ?? '' };
  const engine = engineOf(place);
  const db = createDatabase(place);
  await prepareDatabase({ clock, logger }, db, place);
  const group = init.grouped
    ? new GroupCommit(db as unknown as Database)
    : oneByOne(db as unknown as Database);
  const ids = new SortableIds({ clock, chance });
  const seals = fixedSeals();
  const changes = new DeliveryChanges({ clock, logger });
  const store = new OutboxStore(
    { db: db as unknown as Database, group, ids, changes, heldGuildIds: () => [] },
    { engine, clockSkewMaxMs: 0 },
  );
  const gate = new TargetGate({
    db,
    budgetMicros: async () => undefined,
    alert: async () => undefined,
    nowMs: () => clock.nowMs(),
  });
  const host = {
    publisher: async () => nothing,
    targetName: async (id: string) => id,
    context: async () => ({}) as AttemptContext,
  };
  const runner = new DeliveryRunner(
    { store, gate, host, changes, seals, clock, chance },
    { ...outboxDefaults, worker: init.worker },
  );
  const dispatcher = new Dispatcher(
    { store, runner, clock, logger },
    { worker: init.worker, concurrencyMax: targetCount, pollMs: 100, soleProcess: engine === 'sqlite' },
  );
  const enqueueNow = (tx: Tx, asked: readonly (readonly NewDelivery[])[]) =>
    enqueueTogether(tx, asked, clock.nowMs(), seals);
  return {
    db,
    changes,
    dispatcher,
    submit: (deliveries: readonly NewDelivery[]) => group.together(enqueueNow, deliveries),
    async close() {
      await dispatcher.stop();
      await db.destroy();
    },
  };
}

function oneByOne(db: Database): Pick<GroupCommit<OutboxTables>, 'run' | 'together'> {
  return {
    run: (work) => transact(db, work),
    together: async (kind, item) => (await transact(db, (tx) => kind(tx, [item])))[0] as never,
  };
}

export function deliveryOf(worker: string, index: number): NewDelivery {
  const targetId = `${worker}-target-${index % targetCount}`;
  const publicationId = `${worker}-${index}`;
  const payload = { text: `Result ${index}` };
  const steps = [{ id: 'post', kind: 'post', summary: 'Post', payload, artifacts: [] }];
  return {
    id: `${worker}-${String(index).padStart(8, '0')}`,
    publicationId,
    targetId,
    guildId: 'guild',
    publisher: 'nothing',
    key: deliveryKeyOf(publicationId, targetId, 1),
    revision: 1,
    state: 'pending',
    dueAtMs: 0,
    steps,
    stepsHash: stepsHashOf(steps),
    costMicros: 0,
  };
}

const nothing = {
  id: 'nothing',
  describe: { dedupe: 'look-up', settleDelayMs: 0, attemptTimeoutMs: 10_000 },
  execute: async () => ({ remoteId: 'nowhere' }),
  find: async () => ({ state: 'absent' }),
  classify: () => ({ state: 'unknown', reason: 'nothing' }),
} as unknown as Publisher;
