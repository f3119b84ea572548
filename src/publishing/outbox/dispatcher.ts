import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { DeliveryRunner } from './runner.ts';
import type { Claimed, OutboxStore } from './store.ts';

export interface DispatcherInit {
  worker: string;
  /** Deliveries in hand at once. */
  concurrencyMax: number;
  /** Longer than any attempt and its look-up; renewed while work goes on. */
  leaseMs: number;
  /** Looks again at least this often: other processes may have enqueued. */
  pollMs: number;
  /** No other process works on this database: leases found at start are nobody's. */
  soleProcess: boolean;
}

export interface DispatcherComponents {
  store: OutboxStore;
  runner: DeliveryRunner;
  clock: Clock;
  logger: Logger;
}

/** Claims what is due and hands it to the runner, never more than it has hands for. */
export class Dispatcher implements Startable {
  readonly name = 'outbox dispatcher';
  readonly #components: DispatcherComponents;
  readonly #init: DispatcherInit;
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(components: DispatcherComponents, init: DispatcherInit) {
    this.#components = components;
    this.#init = init;
  }

  async start(): Promise<void> {
    if (this.#init.soleProcess) await this.#components.store.releaseLeases(this.#components.clock.nowMs());
    this.wake();
  }

  /** Call after enqueuing: what is due leaves at once instead of at the next poll. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Takes no more, and lets what is in hand finish. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#timer?.cancel();
    this.#lookAgain = false;
    const cutShort = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all([this.#looking, ...this.#inHand]), cutShort]);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#stopping.abort(new Error('the hub stops'));
    await Promise.all([this.#looking, ...this.#inHand]);
  }

  async #look(): Promise<void> {
    const { store, clock, logger } = this.#components;
    this.#timer?.cancel();
    try {
      while (this.#lookAgain) {
        this.#lookAgain = false;
        const free = this.#init.concurrencyMax - this.#inHand.size;
        if (free <= 0) break;
        const claimed = await store.claim(this.#init.worker, free, clock.nowMs(), this.#init.leaseMs);
        for (const delivery of claimed) this.#take(delivery);
        if (claimed.length === free) this.#lookAgain = true;
      }
      this.#schedule(await store.nextDueAtMs());
    } catch (error) {
      logger.error({ err: error }, 'the outbox could not be read');
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
      // The lease runs out and the delivery comes back, as after a crash.
      logger.error({ err: error, delivery: delivery.id }, 'a delivery could not be worked on');
    }
  }

  #schedule(nextDueAtMs: number | undefined): void {
    if (this.#stopping.signal.aborted) return;
    const untilDueMs = (nextDueAtMs ?? Number.POSITIVE_INFINITY) - this.#components.clock.nowMs();
    // A row that is due but waits for its target or its turn must not make us spin.
    const delayMs = untilDueMs <= 0 ? this.#init.pollMs : Math.min(untilDueMs, this.#init.pollMs);
    this.#timer = this.#components.clock.after(delayMs, () => this.wake(), { background: true });
  }
}
