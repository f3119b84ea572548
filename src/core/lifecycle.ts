import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/**
 * A part of the hub with a life. Constructing it does no I/O.
 *
 * - `start` may assume that every part listed before it has started; it must be safe to `stop` after it failed.
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

/** Starts parts in listed order, undoing what had started if one fails; stops them in reverse. */
export class Lifecycle {
  readonly #parts: readonly Startable[];
  readonly #components: LifecycleComponents;
  readonly #drainDeadlineMs: number;
  #started: Startable[] = [];
  #stopping: Promise<void> | undefined;

  constructor(components: LifecycleComponents, parts: readonly Startable[], drainDeadlineMs: number) {
    this.#components = components;
    this.#parts = parts;
    this.#drainDeadlineMs = drainDeadlineMs;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#components;
    for (const part of this.#parts) {
      const startedAtMs = clock.monotonicMs();
      try {
        signal.throwIfAborted();
        // Recorded before it runs: a part that failed half-way is stopped too.
        this.#started.push(part);
        await part.start?.(signal);
      } catch (error) {
        await this.stop();
        throw error;
      }
      logger.debug(
        { part: part.name, tookMs: Math.round(clock.monotonicMs() - startedAtMs) },
        'part started',
      );
    }
  }

  /** Idempotent: later calls wait for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const parts = this.#started.reverse();
    this.#started = [];
    await this.#drain(parts);
    for (const part of parts) {
      try {
        await part.stop?.();
      } catch (error) {
        this.#components.logger.error({ err: error, part: part.name }, 'part did not stop cleanly');
      }
    }
  }

  async #drain(parts: readonly Startable[]): Promise<void> {
    const { clock, logger } = this.#components;
    const deadline = new AbortController();
    const timer = clock.after(this.#drainDeadlineMs, () =>
      deadline.abort(new Error('drain deadline passed')),
    );
    const drained = Promise.all(
      parts.map(async (part) => {
        try {
          await part.drain?.(deadline.signal);
        } catch (error) {
          logger.warn({ err: error, part: part.name }, 'part did not drain in time');
        }
      }),
    );
    const expired = new Promise<void>((resolve) => {
      deadline.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([drained, expired]);
    timer.cancel();
  }
}
