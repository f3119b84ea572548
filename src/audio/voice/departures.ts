import type { Clock } from '#core/clock.ts';
import { leaveTimeoutMs } from './limits.ts';

/** Sessions whose worker was told to leave, by join id, until it reports that. */
export class Departures {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (polite: boolean) => void>();

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock;
  }

  has(joinId: number): boolean {
    return this.#waiting.has(joinId);
  }

  /** Resolves with what is reported; with false after `leaveTimeoutMs`. */
  async report(joinId: number): Promise<boolean> {
    const left = Promise.withResolvers<boolean>();
    this.#waiting.set(joinId, left.resolve);
    const polite = await atMost(this.#clock, leaveTimeoutMs, left.promise);
    this.#waiting.delete(joinId);
    return polite === true;
  }

  reported(joinId: number, polite: boolean): void {
    this.#waiting.get(joinId)?.(polite);
  }
}

/** Undefined when the time is up first. */
export async function atMost<T>(
  clock: Clock,
  timeoutMs: number,
  promise: Promise<T>,
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(timeoutMs, () => late.resolve(undefined));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}
