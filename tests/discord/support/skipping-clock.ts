import { type Clock, systemClock } from '#core/clock.ts';

/** The system's clock, which a test can make leap ahead. Timers keep real time. */
export class SkippingClock implements Clock {
  readonly #system = systemClock();
  #skippedMs = 0;
  readonly after: Clock['after'] = this.#system.after;
  readonly sleep: Clock['sleep'] = this.#system.sleep;

  skip(byMs: number): void {
    this.#skippedMs += byMs;
  }

  nowMs(): number {
    return this.#system.nowMs() + this.#skippedMs;
  }

  monotonicMs(): number {
    return this.#system.monotonicMs() + this.#skippedMs;
  }
}
