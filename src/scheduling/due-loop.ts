import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';

/** The clock is checked at least this often: it may have jumped, or the machine slept. */
export const recheckMs = 60_000;
/** The database is checked at least this often: another process that planned something may have died. */
const pollMsDefault = 60_000;
const retryMs = 5_000;
/** Pause when more is due than is done in one round. */
const breathMs = 20;

export interface DueLoopComponents {
  clock: Clock;
  logger: Logger;
  /** Does everything that is due by the wall clock; returns when it must run again at the latest, if at all. */
  work: (signal: AbortSignal) => Promise<number | undefined>;
}

/**
 * Runs work when the wall clock says so, within a second however the clock steps, never twice at once. A failure is
 * logged and retried.
 */
export class DueLoop implements Startable {
  readonly name = 'schedules';
  readonly #components: DueLoopComponents;
  readonly #pollMs: number;
  readonly #stopping = new AbortController();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #nextAtMs = 0;
  #lookedAtMonotonicMs = 0;

  constructor(components: DueLoopComponents, init: { pollMs?: number } = {}) {
    this.#components = components;
    this.#pollMs = init.pollMs ?? pollMsDefault;
  }

  start(): void {
    this.wake();
  }

  /** Checks immediately: something was planned or changed. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#arm();
    });
  }

  /** Resolves when no work is running. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  drain(): Promise<void> {
    this.#timer?.cancel();
    this.#again = false;
    return this.settled();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the hub stops'));
    this.#timer?.cancel();
    await this.settled();
  }

  async #run(): Promise<void> {
    const { clock, logger, work } = this.#components;
    this.#timer?.cancel();
    while (this.#again && !this.#stopping.signal.aborted) {
      this.#again = false;
      this.#lookedAtMonotonicMs = clock.monotonicMs();
      try {
        this.#nextAtMs = (await work(this.#stopping.signal)) ?? Number.POSITIVE_INFINITY;
      } catch (error) {
        logger.error({ err: error }, 'schedules could not be looked at');
        this.#nextAtMs = clock.nowMs() + retryMs;
      }
    }
  }

  #arm(): void {
    if (this.#stopping.signal.aborted) return;
    const { clock } = this.#components;
    const untilDueMs = Math.ceil(Math.max(breathMs, this.#nextAtMs - clock.nowMs()));
    this.#timer = clock.after(Math.min(untilDueMs, recheckMs), () => this.#check(), { background: true });
  }

  #check(): void {
    const { clock } = this.#components;
    const unpolledMs = clock.monotonicMs() - this.#lookedAtMonotonicMs;
    if (clock.nowMs() >= this.#nextAtMs || unpolledMs >= this.#pollMs) this.wake();
    else this.#arm();
  }
}
