import type { Clock } from '#core/clock.ts';
import { atMost } from '#core/deadline.ts';
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

  /** Resolves once the request to leave is on its way, or after `leaveTimeoutMs`. */
  async untilSent(sent: Promise<void>): Promise<void> {
    await atMost(this.#clock, leaveTimeoutMs, sent);
  }

  reported(joinId: number, polite: boolean): void {
    this.#waiting.get(joinId)?.(polite);
  }
}
