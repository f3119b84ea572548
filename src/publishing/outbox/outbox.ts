import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { SortableIds } from '#core/sortable-id.ts';
import type { Engine } from '#storage/database.ts';
import { clockSkewMaxMs } from '#storage/postgres/prepare-postgres.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { OutboxTables } from '../tables/outbox.ts';
import { DeliveryChanges } from './changes.ts';
import { Deliveries } from './deliveries.ts';
import type { Database, NewDelivery, Tx } from './delivery.ts';
import type { DeliveryHost } from './delivery-host.ts';
import { Dispatcher } from './dispatcher.ts';
import { enqueue, enqueueTogether } from './enqueue.ts';
import { type BatchWork, GroupCommit } from './group-commit.ts';
import type { RunnerInit } from './handling.ts';
import { JournalKeeper } from './journal.ts';
import { OutboxOperations } from './operations.ts';
import { DeliveryRunner } from './runner.ts';
import { OutboxStore } from './store.ts';
import { TargetGate, type TargetGateComponents } from './target-gate.ts';

export interface OutboxComponents extends Pick<TargetGateComponents, 'budgetMicros' | 'alert'> {
  db: Database;
  host: DeliveryHost;
  /** Guilds that are no longer served: their deliveries wait. By default none. */
  heldGuildIds?: () => readonly string[];
  /** Called when it may have changed. Returns the unsubscriber. */
  onHeldChange?: (listener: () => void) => () => void;
  seals: RowSeals;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface OutboxInit extends Omit<RunnerInit, 'worker'> {
  engine: Engine;
  /** This hub's name among those on the database; called at the start. */
  worker: () => string;
  concurrencyMax: number;
  pollMs: number;
}

export const outboxDefaults = {
  concurrencyMax: 16,
  pollMs: 1_000,
  leaseMs: 60_000,
  backoff: { baseMs: 2_000, ceilingMs: 15 * 60_000 },
  attemptsMax: 12,
  crashesMax: 3,
  unknownForPersonMs: 6 * 60 * 60_000,
  confirmForMs: 24 * 60 * 60_000,
  lookUpBeforeRetry: true,
} satisfies Omit<OutboxInit, 'engine' | 'worker'>;

/** The whole outbox, wired. Constructed without I/O; `startables` in their order. */
export class Outbox {
  readonly changes: DeliveryChanges;
  readonly store: OutboxStore;
  readonly gate: TargetGate;
  readonly deliveries: Deliveries;
  readonly operations: OutboxOperations;
  readonly ids: SortableIds;
  readonly seals: RowSeals;
  readonly startables: readonly Startable[];
  readonly #components: OutboxComponents;
  readonly #init: OutboxInit;
  readonly #group: GroupCommit<OutboxTables>;
  readonly #enqueueTogether: BatchWork<OutboxTables, readonly NewDelivery[], NewDelivery[]>;
  #dispatcher: Dispatcher | undefined;
  #unfollow: (() => void) | undefined;

  constructor(components: OutboxComponents, init: OutboxInit) {
    const { db, clock, seals, heldGuildIds = () => [] } = components;
    this.#components = components;
    this.#init = init;
    this.seals = seals;
    this.ids = new SortableIds(components);
    this.changes = new DeliveryChanges(components);
    const group = new GroupCommit(db);
    this.#group = group;
    this.#enqueueTogether = (tx, asked) => enqueueTogether(tx, asked, clock.nowMs(), seals);
    const skewMs = init.engine === 'postgres' ? clockSkewMaxMs : 0;
    this.store = new OutboxStore(
      { db, group, ids: this.ids, changes: this.changes, heldGuildIds },
      { engine: init.engine, clockSkewMaxMs: skewMs },
    );
    this.gate = new TargetGate({ ...components, nowMs: () => clock.nowMs() });
    this.deliveries = new Deliveries({ db, changes: this.changes });
    this.operations = new OutboxOperations({
      ...components,
      ...init,
      changes: this.changes,
      wake: () => this.wake(),
    });
    const dispatcher: Startable = {
      name: 'outbox dispatcher',
      start: () => {
        this.#unfollow = components.onHeldChange?.(() => this.wake());
        return this.#createDispatcher().start();
      },
      drain: (signal) => this.#dispatcher?.drain(signal),
      stop: () => {
        this.#unfollow?.();
        return this.#dispatcher?.stop();
      },
    };
    this.startables = [new JournalKeeper(components), dispatcher];
  }

  /**
   * Inside the caller's transaction, together with its cause. Call `enqueued` with the result after the commit. Throws
   * PUBLISH_VAULT_SEALED.
   */
  enqueue(tx: Tx, deliveries: readonly NewDelivery[]): Promise<NewDelivery[]> {
    return enqueue(tx, deliveries, this.#components.clock.nowMs(), this.seals);
  }

  /**
   * For deliveries that depend on no other row: durable when it resolves, in one flush with whatever else is written
   * then.
   */
  async submit(deliveries: readonly NewDelivery[]): Promise<NewDelivery[]> {
    const added = await this.#group.together(this.#enqueueTogether, deliveries);
    this.enqueued(added);
    return added;
  }

  enqueued(deliveries: readonly NewDelivery[]): void {
    for (const { id, publicationId } of deliveries) this.changes.tell({ deliveryId: id, publicationId });
    this.wake();
  }

  /** Looks for what is due now instead of at the next poll. Does nothing before the start. */
  wake(): void {
    this.#dispatcher?.wake();
  }

  async resume(targetId: string): Promise<boolean> {
    const resumed = await this.gate.resume(targetId);
    this.wake();
    return resumed;
  }

  /** Not before the start: only then is the worker's name known. */
  #createDispatcher(): Dispatcher {
    const { store, gate, changes } = this;
    const init = { ...this.#init, worker: this.#init.worker() };
    const runner = new DeliveryRunner({ ...this.#components, store, gate, changes }, init);
    this.#dispatcher = new Dispatcher(
      { ...this.#components, store, runner },
      { ...init, soleProcess: init.engine === 'sqlite' },
    );
    return this.#dispatcher;
  }
}
