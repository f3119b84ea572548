import { aborted } from '#core/aborted.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Claimed } from './delivery.ts';
import type { DeliveryRunner } from './runner.ts';
import type { OutboxStore } from './store.ts';

export interface DispatcherInit {
  /** Unique among the living processes on this database, the same after a restart. */
  worker: string;
  /** Deliveries handled at once. */
  concurrencyMax: number;
  /** Looks again at least this often: other processes may have enqueued. */
  pollMs: number;
  /** No other process works on this database: leases found at start belong to nobody. */
  soleProcess: boolean;
}

export interface DispatcherComponents {
  store: OutboxStore;
  runner: DeliveryRunner;
  clock: Clock;
  logger: Logger;
}

/** Claims what is due and passes it to the runner, never more than `concurrencyMax`. */
export class Dispatcher implements Startable {
  readonly name = 'outbox dispatcher';
  readonly #components: DispatcherComponents;
  readonly #init: DispatcherInit;
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** Deliveries interrupted by a database failure: still ours, returned when it can be written to again. */
  #stranded: Claimed[] = [];
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #closed = false;
  #failing = false;

  constructor(components: DispatcherComponents, init: DispatcherInit) {
    this.#components = components;
    this.#init = init;
  }

  async start(): Promise<void> {
    const { worker, soleProcess } = this.#init;
    await this.#components.store.releaseLeases(
      soleProcess ? undefined : worker,
      this.#components.clock.nowMs(),
    );
    await this.#components.store.addMissingLanes();
    this.wake();
  }

  /** Call after enqueuing: what is due leaves immediately instead of at the next poll. */
  wake(): void {
    if (this.#closed) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      // Requested in the very last turn of the look that just ended.
      if (this.#lookAgain) this.wake();
    });
  }

  /** Claims no more, and lets running deliveries finish. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#close();
    await Promise.race([this.#idle(), aborted(signal)]);
  }

  /** Running attempts are aborted and recorded as of unknown fate. */
  async stop(): Promise<void> {
    this.#close();
    this.#stopping.abort(new Error('the hub stopped'));
    await this.#idle();
  }

  #close(): void {
    this.#closed = true;
    this.#lookAgain = false;
    this.#timer?.cancel();
  }

  async #idle(): Promise<void> {
    await this.#looking;
    await Promise.all(this.#inHand);
  }

  async #look(): Promise<void> {
    const { store, runner, clock, logger } = this.#components;
    this.#timer?.cancel();
    try {
      while (this.#lookAgain) {
        this.#lookAgain = false;
        await this.#giveBackStranded();
        const free = this.#init.concurrencyMax - this.#inHand.size;
        if (free <= 0) break;
        const claimed = await store.claim(this.#init.worker, free, clock.nowMs(), runner.leaseMs);
        for (const delivery of claimed) this.#take(delivery);
        if (claimed.length === free && !this.#closed) this.#lookAgain = true;
      }
      this.#schedule(await store.nextDueAtMs(clock.nowMs()));
      this.#failing = false;
    } catch (error) {
      // Once per failure: the next look comes in a moment and would log the same.
      if (!this.#failing) logger.error({ err: error }, 'the outbox can’t work with its database');
      this.#failing = true;
      this.#lookAgain = false;
      this.#schedule(undefined);
    }
  }

  #take(delivery: Claimed): void {
    const work = this.#run(delivery).finally(() => {
      this.#inHand.delete(work);
      this.wake();
    });
    this.#inHand.add(work);
  }

  async #run(delivery: Claimed): Promise<void> {
    const { runner, logger } = this.#components;
    try {
      await runner.run(delivery, this.#stopping.signal);
    } catch (error) {
      logger.error({ err: error, delivery: delivery.id }, 'a delivery could not be worked on');
      this.#stranded.push(delivery);
    }
  }

  async #giveBackStranded(): Promise<void> {
    const { store, clock } = this.#components;
    while (this.#stranded[0]) {
      const nowMs = clock.nowMs();
      await store.giveBack(this.#stranded[0], nowMs + this.#init.pollMs, nowMs);
      this.#stranded.shift();
    }
  }

  #schedule(nextDueAtMs: number | undefined): void {
    if (this.#closed) return;
    const { clock } = this.#components;
    const untilDueMs = (nextDueAtMs ?? Number.POSITIVE_INFINITY) - clock.nowMs();
    // A row that is due but waits for its target or its turn must not cause a busy loop.
    const delayMs = untilDueMs <= 0 ? this.#init.pollMs : Math.min(untilDueMs, this.#init.pollMs);
    this.#timer = clock.after(delayMs, () => this.wake(), { background: true });
  }
}
