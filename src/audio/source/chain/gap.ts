import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { silencePayload } from '../../opus/toc.ts';
import type { SourceFrame } from '../contract.ts';

/** Two slots: a source that is a little late causes no silence. */
const fillAfterMs = 2 * frameDurationMs;
/** Longer silence isn't sent: listeners' connections fall quiet automatically. */
const fillMsMax = 60_000;

/** The time in which no source gives sound, and the silence that stands in for it. */
export class Gap {
  /** Monotonic; absent while sound flows. */
  sinceMs: number | undefined;
  readonly #clock: Clock;
  /** Frames of silence sent since then. */
  #filledCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.sinceMs ??= this.#clock.monotonicMs();
  }

  get lastedMs(): number {
    return this.sinceMs === undefined ? 0 : this.#clock.monotonicMs() - this.sinceMs;
  }

  /** Silence would still be sent. */
  get isFilled(): boolean {
    return this.lastedMs <= fillMsMax;
  }

  /** As much as has passed and no more: a reader that doesn't keep the pace itself would get endless silence. */
  filler(): SourceFrame | undefined {
    const dryMs = this.lastedMs;
    if (dryMs < fillAfterMs || dryMs > fillMsMax) return undefined;
    if (this.#filledCount > (dryMs - fillAfterMs) / frameDurationMs) return undefined;
    this.#filledCount++;
    return { payload: silencePayload, filler: true };
  }

  /** The first frame after it: silence has already passed for what it missed. */
  end(frame: SourceFrame): SourceFrame {
    const missedCount = Math.max(0, (frame.missedCount ?? 0) - this.#filledCount);
    this.sinceMs = undefined;
    this.#filledCount = 0;
    return frame.missedCount ? { ...frame, missedCount } : frame;
  }
}
