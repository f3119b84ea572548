import { onTestFinished } from 'vitest';
import type { AttemptContext, Publisher } from '#contracts/publisher.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { SortableIds } from '#core/sortable-id.ts';
import { DeliveryChanges } from '#publishing/outbox/changes.ts';
import { Deliveries } from '#publishing/outbox/deliveries.ts';
import type { Claimed, NewDelivery } from '#publishing/outbox/delivery.ts';
import { Dispatcher } from '#publishing/outbox/dispatcher.ts';
import { enqueue as enqueueIn } from '#publishing/outbox/enqueue.ts';
import { GroupCommit } from '#publishing/outbox/group-commit.ts';
import type { RunnerInit } from '#publishing/outbox/handling.ts';
import { stepsHashOf } from '#publishing/outbox/keys.ts';
import { OutboxOperations } from '#publishing/outbox/operations.ts';
import { DeliveryRunner } from '#publishing/outbox/runner.ts';
import { OutboxStore } from '#publishing/outbox/store.ts';
import { TargetGate } from '#publishing/outbox/target-gate.ts';
import { type EngineUnderTest, openDatabase } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { fixedSeals } from './fixed-seals.ts';

export type OutboxBench = Awaited<ReturnType<typeof outboxBench>>;

/** What a fake target finds in its context beside the contract: how to take its worker down. */
export interface MortalContext extends AttemptContext {
  die(): void;
}

const turnsToSettle = 30;

/** An outbox on a real database with a clock that tests drive. `worker()` is one process's dispatcher. */
export async function outboxBench(on: EngineUnderTest, publisher: Publisher) {
  const traffic = new Traffic();
  const clock = new FakeClock(Date.now(), () => settled(traffic));
  const logger = silentLogger();
  const place = await on.place();
  const db = await openDatabase(place, clock);
  const group = new GroupCommit(db);
  const ids = new SortableIds({ clock, chance: systemChance() });
  const changes = new DeliveryChanges({ clock, logger });
  const seals = fixedSeals();
  const told: string[] = [];
  changes.on(({ deliveryId }) => told.push(deliveryId));
  const store = new OutboxStore(
    { db, group, ids, changes, heldGuildIds: () => [] },
    { engine: on.engine, clockSkewMaxMs: on.engine === 'postgres' ? 5_000 : 0 },
  );
  const alerts: string[] = [];
  let budgetMicros: number | undefined;
  const gate = new TargetGate({
    db,
    budgetMicros: async () => budgetMicros,
    alert: async (_, { target_id, reason }) => void alerts.push(`${target_id}: ${reason}`),
    nowMs: () => clock.nowMs(),
  });
  const workers: Dispatcher[] = [];
  const operations = new OutboxOperations({
    db,
    engine: on.engine,
    changes,
    seals,
    clock,
    wake: () => {
      for (const one of workers) one.wake();
    },
  });

  function worker(name: string, init: Partial<RunnerInit> & WorkerInit = {}): Dispatcher {
    const life = { over: false };
    const mine = mortal(store, life, traffic);
    const runner = new DeliveryRunner(
      {
        store: mine,
        gate: mortal(gate, life, traffic),
        changes,
        seals,
        clock,
        // Half of the jitter, always: instants in tests are exact.
        chance: { ...systemChance(), fraction: () => 0.5 },
        host: {
          publisher: async (id) => (id === publisher.id ? publisher : undefined),
          context: async (delivery, _, attempt) =>
            contextOf(delivery, attempt, () => {
              life.over = true;
            }),
          targetName: async () => 'the target',
        },
      },
      {
        worker: name,
        leaseMs: 30_000,
        backoff: { baseMs: 1_000, ceilingMs: 60_000 },
        attemptsMax: 5,
        crashesMax: 3,
        unknownForPersonMs: 600_000,
        confirmForMs: 600_000,
        lookUpBeforeRetry: true,
        ...init,
      },
    );
    const dispatcher = new Dispatcher(
      { store: mine, runner, clock, logger },
      {
        worker: name,
        concurrencyMax: init.concurrencyMax ?? 8,
        pollMs: 5_000,
        soleProcess: init.soleProcess ?? false,
      },
    );
    workers.push(dispatcher);
    return dispatcher;
  }

  async function enqueue(changed: Partial<NewDelivery> & { id: string }): Promise<void> {
    const steps = changed.steps ?? [stepOf('post', changed.id)];
    const delivery: NewDelivery = {
      publicationId: 'publication',
      targetId: 'target',
      guildId: 'guild',
      publisher: 'fake',
      key: `key-${changed.id}`,
      revision: 1,
      state: 'pending',
      dueAtMs: clock.nowMs(),
      steps,
      stepsHash: stepsHashOf(steps),
      costMicros: 0,
      ...changed,
    };
    await db.transaction().execute((tx) => enqueueIn(tx as never, [delivery], clock.nowMs(), seals));
    for (const one of workers) one.wake();
  }

  async function row(id: string) {
    return db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  onTestFinished(async () => {
    for (const one of workers) one.drain(AbortSignal.abort());
    await group.idle();
  });
  return {
    place,
    clock,
    db,
    store,
    gate,
    deliveries: new Deliveries({ db, changes }),
    operations,
    changes,
    told,
    alerts,
    worker,
    enqueue,
    row,
    setBudget: (micros: number) => {
      budgetMicros = micros;
    },
    minutes: (count: number) => clock.advance(count * 60_000),
  };
}

interface WorkerInit {
  soleProcess?: boolean;
  concurrencyMax?: number;
}

export function stepOf(id: string, text: string) {
  return { id, kind: 'post', summary: id, payload: { text }, artifacts: [] };
}

/** After the end of its process nothing it asked for is answered, and nothing it asks for happens. */
function mortal<Part extends object>(part: Part, life: { over: boolean }, traffic: Traffic): Part {
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (life.over) return never();
        traffic.enter();
        try {
          const result = await value.apply(target, args);
          return life.over ? never() : result;
        } finally {
          traffic.leave();
        }
      };
    },
  });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Until nothing is under way, and nothing began in the turns after. */
async function settled(traffic: Traffic): Promise<void> {
  for (let quiet = 0; quiet < turnsToSettle; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (traffic.busy) {
      await traffic.pause();
      quiet = 0;
    }
  }
}

/** Calls of the database that are under way. To wait for them leaves the processor to the database. */
class Traffic {
  #callCount = 0;
  #pause = Promise.withResolvers<void>();

  get busy(): boolean {
    return this.#callCount > 0;
  }

  enter(): void {
    this.#callCount += 1;
  }

  leave(): void {
    this.#callCount -= 1;
    if (this.#callCount > 0) return;
    this.#pause.resolve();
    this.#pause = Promise.withResolvers<void>();
  }

  /** Resolves when the last call of now has come back. */
  pause(): Promise<void> {
    return this.#pause.promise;
  }
}

function contextOf(
  delivery: Claimed,
  attempt: Pick<AttemptContext, 'signal' | 'progress' | 'firstAttemptAtMs' | 'attempt'>,
  die: () => void,
): MortalContext {
  return { key: delivery.key, stepKey: delivery.key, ...attempt, die } as MortalContext;
}
