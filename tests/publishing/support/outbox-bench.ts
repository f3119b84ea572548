import { join } from 'node:path';
import type { AttemptContext, Publisher } from '#contracts/publisher.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { SortableIds } from '#core/sortable-id.ts';
import { createDatabase, prepareDatabase } from '#storage/database.ts';
import { Dispatcher } from '../../../src/publishing/outbox/dispatcher.ts';
import { GroupCommit } from '../../../src/publishing/outbox/group-commit.ts';
import { DeliveryRunner, type RunnerInit } from '../../../src/publishing/outbox/runner.ts';
import { type NewDelivery, OutboxStore } from '../../../src/publishing/outbox/store.ts';
import { TargetGate } from '../../../src/publishing/outbox/target-gate.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** An outbox on a real database with a clock that tests drive. `worker()` is one process's dispatcher. */
export async function outboxBench(folder: string, publisher: Publisher) {
  const clock = new FakeClock();
  const logger = silentLogger();
  const file = join(folder, 'hub.db');
  const db = createDatabase({ file });
  await prepareDatabase({ clock, logger }, db, { file });
  const group = new GroupCommit(db);
  const ids = new SortableIds({ clock, chance: systemChance() });
  const store = new OutboxStore({ db, group, ids }, 'sqlite');
  const alerts: string[] = [];
  let budgetMicros: number | undefined;
  const gate = new TargetGate({
    db,
    budgetMicros: async () => budgetMicros,
    alert: async (targetId, reason) => void alerts.push(`${targetId}: ${reason}`),
    nowMs: () => clock.nowMs(),
  });

  function worker(name: string, init: Partial<RunnerInit> & { soleProcess?: boolean } = {}): Dispatcher {
    const runner = new DeliveryRunner(
      {
        store,
        gate,
        clock,
        // Half of the jitter, always: instants in tests are exact.
        chance: { ...systemChance(), fraction: () => 0.5 },
        host: {
          publisher: (id) => (id === publisher.id ? publisher : undefined),
          context: async (delivery, step) => contextOf(delivery.key, step.firstAttemptAtMs ?? clock.nowMs()),
          targetName: async () => 'the target',
        },
      },
      {
        worker: name,
        backoff: { baseMs: 1_000, capMs: 60_000 },
        attemptsMax: 5,
        crashesMax: 3,
        unknownForPersonMs: 3_600_000,
        lookUpBeforeRetry: true,
        ...init,
      },
    );
    return new Dispatcher(
      { store, runner, clock, logger },
      { worker: name, concurrencyMax: 8, leaseMs: 30_000, pollMs: 1_000, soleProcess: init.soleProcess ?? false },
    );
  }

  async function enqueue(changes: Partial<NewDelivery> & { id: string }): Promise<void> {
    const delivery: NewDelivery = {
      publicationId: 'publication',
      targetId: 'target',
      guildId: 'guild',
      publisher: 'fake',
      key: `key-${changes.id}`,
      revision: 1,
      state: 'pending',
      dueAtMs: clock.nowMs(),
      steps: [{ id: 'post', kind: 'post', summary: 'Post', payload: { text: changes.id }, artifacts: [] }],
      stepsHash: 'hash',
      costMicros: 0,
      ...changes,
    };
    await db.transaction().execute((tx) => store.enqueue(tx as never, [delivery], clock.nowMs()));
  }

  async function row(id: string) {
    return db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  return {
    clock,
    db,
    store,
    gate,
    alerts,
    worker,
    enqueue,
    row,
    setBudget: (micros: number) => {
      budgetMicros = micros;
    },
    close: async () => {
      await group.idle();
      await db.destroy();
    },
  };
}

function contextOf(key: string, firstAttemptAtMs: number): AttemptContext {
  return { key, stepKey: key, attempt: 1, firstAttemptAtMs } as AttemptContext;
}
