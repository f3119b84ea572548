import type { Clock } from '#core/clock.ts';

/** Requests allowed at once at the start: playlists, key, beginning, some segments. */
const burstMax = 24;
/** Afterwards: more than any station needs, less than harms one. */
const perSecondMax = 4;

/** Limits what a playlist may make us request: it names addresses, we set the pace. */
export class RequestBudget {
  readonly #clock: Clock;
  #allowance = burstMax;
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.monotonicMs();
  }

  /** Resolves when one more request may be made. */
  async take(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    this.#allowance = Math.min(burstMax, this.#allowance + ((nowMs - this.#lastMs) * perSecondMax) / 1_000);
    this.#lastMs = nowMs;
    this.#allowance--;
    if (this.#allowance < 0) await this.#clock.sleep((-this.#allowance * 1_000) / perSecondMax, signal);
  }
}
