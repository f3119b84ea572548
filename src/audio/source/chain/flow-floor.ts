import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';

const windowMs = 20_000;
/** Share of real time: below it there is more silence than sound, however steadily it trickles. */
const percentMin = 50;

/** Whether a source gives sound about as fast as it plays; time in which it was held back doesn't count. */
export class FlowFloor {
  readonly #clock: Clock;
  #sinceMs: number;
  #heldMs = 0;
  #frameCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** The percentage it gave in a window in which that was too little; otherwise undefined. */
  frame(): number | undefined {
    this.#frameCount++;
    const nowMs = this.#clock.monotonicMs();
    const flowedMs = nowMs - this.#sinceMs - this.#heldMs;
    if (flowedMs < windowMs) return undefined;
    const percent = Math.floor((this.#frameCount * frameDurationMs * 100) / flowedMs);
    this.#sinceMs = nowMs;
    this.#heldMs = 0;
    this.#frameCount = 0;
    return percent < percentMin ? percent : undefined;
  }

  held(durationMs: number): void {
    this.#heldMs += durationMs;
  }
}
