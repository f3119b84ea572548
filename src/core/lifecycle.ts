import type { Clock } from './clock.ts';
import { atMost } from './deadline.ts';
import type { Logger } from './logger.ts';

/**
 * A part of the hub that starts and stops. Constructing it does no I/O.
 *
 * - `start` may assume that every part listed before it has started; it must be safe to `stop` after it failed.
 *   Its signal is aborted when the hub no longer wants to start.
 * - `drain` closes the door (no new work) and finishes work in hand; it is aborted at the deadline.
 * - `stop` may assume that every part listed after it has stopped. It must not throw for work cut short.
 */
export interface Startable {
  readonly name: string;
  start?(signal: AbortSignal): Promise<void> | void;
  drain?(signal: AbortSignal): Promise<void> | void;
  stop?(): Promise<void> | void;
}

export interface LifecycleComponents {
  clock: Clock;
  logger: Logger;
}

/** A part that takes longer to stop is abandoned, so that the others still stop in order. */
export const stopDeadlineMs = 10_000;

/** Starts parts in listed order and stops them in reverse; when one fails to start, stops those that had started. */
export class Lifecycle {
  readonly #parts: readonly Startable[];
  readonly #components: LifecycleComponents;
  readonly #drainDeadlineMs: number;
  readonly #stopAsked = new AbortController();
  #started: Startable[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(components: LifecycleComponents, parts: readonly Startable[], drainDeadlineMs: number) {
    this.#components = components;
    this.#parts = parts;
    this.#drainDeadlineMs = drainDeadlineMs;
  }

  /** Once only. Rejects with the first failure, or with the signal's reason, after the started parts have stopped. */
  start(signal: AbortSignal): Promise<void> {
    if (this.#starting || this.#stopping) return Promise.reject(new Error('a lifecycle starts once'));
    this.#starting = this.#start(AbortSignal.any([signal, this.#stopAsked.signal]));
    return this.#starting;
  }

  /** Idempotent: later calls wait for the first. Interrupts a running start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#breakOffAndStop();
    return this.#stopping;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#components;
    for (const part of this.#parts) {
      const startedAtMs = clock.monotonicMs();
      try {
        signal.throwIfAborted();
        // Recorded before it runs: a part that failed half-way is stopped too.
        this.#started.push(part);
        await this.#unlessUnwanted(part, signal);
        signal.throwIfAborted();
      } catch (error) {
        await this.#stopStarted();
        throw error;
      }
      const tookMs = Math.round(clock.monotonicMs() - startedAtMs);
      logger.debug({ part: part.name, tookMs }, 'part started');
    }
  }

  /** A part that keeps starting after the abort is abandoned after `stopDeadlineMs`. */
  async #unlessUnwanted(part: Startable, signal: AbortSignal): Promise<void> {
    const starting = Promise.resolve(part.start?.(signal));
    starting.catch(() => undefined);
    const over = new AbortController();
    const unwanted = Promise.withResolvers<void>();
    const onAbort = () =>
      void this.#within(stopDeadlineMs, starting).then(() => unwanted.resolve(), unwanted.reject);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    try {
      await Promise.race([starting, unwanted.promise]);
    } finally {
      over.abort();
    }
  }

  async #breakOffAndStop(): Promise<void> {
    this.#stopAsked.abort(new Error('the hub was stopped while it started'));
    // The caller of `start` gets its failure. A start that ignores its signal is not waited for.
    const settled = this.#starting?.catch(() => {});
    if (settled) await this.#within(stopDeadlineMs, settled);
    await this.#stopStarted();
  }

  async #stopStarted(): Promise<void> {
    const parts = this.#started.reverse();
    this.#started = [];
    await this.#drain(parts);
    for (const part of parts) await this.#stopPart(part);
  }

  async #stopPart(part: Startable): Promise<void> {
    const { logger } = this.#components;
    try {
      const inTime = await this.#within(stopDeadlineMs, Promise.resolve(part.stop?.()));
      if (!inTime) logger.error({ part: part.name, stopDeadlineMs }, 'part did not stop in time');
    } catch (error) {
      logger.error({ err: error, part: part.name }, 'part did not stop cleanly');
    }
  }

  async #drain(parts: readonly Startable[]): Promise<void> {
    const deadline = new AbortController();
    const drained = Promise.all(parts.map((part) => this.#drainPart(part, deadline.signal)));
    const inTime = await this.#within(this.#drainDeadlineMs, drained);
    if (!inTime) deadline.abort(new Error('drain deadline passed'));
  }

  async #drainPart(part: Startable, signal: AbortSignal): Promise<void> {
    try {
      await part.drain?.(signal);
    } catch (error) {
      this.#components.logger.warn({ err: error, part: part.name }, 'part did not drain in time');
    }
  }

  /** False when the time passed first. Rejects as `work` does. */
  async #within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
    const done = work.then(() => true);
    return (await atMost(this.#components.clock, limitMs, done)) ?? false;
  }
}
