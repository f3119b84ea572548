import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';

/** When it is later than this, the lost time is skipped instead of being caught up in a burst. */
const lateMsMax = 1_000;

/** Slots of 20 ms on the monotonic clock: slot n is due at start + 20·n, whatever the timers do. */
export class Pacer {
  readonly #clock: Clock;
  readonly #aheadMs: number;
  #dueMs: number | undefined;

  /** `aheadMs`: after a (re)start or a long pause, this much is due at once, for buffers that are empty then. */
  constructor(clock: Clock, aheadMs = 0) {
    this.#clock = clock;
    this.#aheadMs = aheadMs;
  }

  /** Buffers are empty again. */
  restart(): void {
    this.#dueMs = undefined;
  }

  /** Resolves when the next slot is due; immediately for slots that were missed. */
  async next(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#dueMs === undefined || nowMs - this.#dueMs > lateMsMax) this.#dueMs = nowMs - this.#aheadMs;
    const waitMs = this.#dueMs - nowMs;
    this.#dueMs += frameDurationMs;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
