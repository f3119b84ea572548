import { frameDurationMs } from '#contracts/audio.ts';
import type { DelayRange } from './profiles.ts';

/** Frames added for one problem: a hole that was heard, or one that concealment covered. */
const heardGrowthCount = 3;
const concealedGrowthCount = 1;
/** After this long without a problem, the delay may be one frame too long. */
const shrinkEveryCount = 30_000 / frameDurationMs;

/** How many frames to hold: grows immediately when frames come too late, shrinks one at a time when they don't. */
export class PlayoutDelay {
  readonly #floorCount: number;
  readonly #ceilingCount: number;
  #targetCount: number;
  #calmCount = 0;

  constructor({ startMs, floorMs, ceilingMs }: DelayRange) {
    this.#floorCount = framesIn(floorMs);
    this.#ceilingCount = Math.max(framesIn(ceilingMs), framesIn(startMs));
    this.#targetCount = framesIn(startMs);
  }

  get targetCount(): number {
    return this.#targetCount;
  }

  get ceilingCount(): number {
    return this.#ceilingCount;
  }

  /** Once per turn in which the stream plays. */
  turn(): void {
    if (++this.#calmCount < shrinkEveryCount) return;
    this.#calmCount = 0;
    if (this.#targetCount > this.#floorCount) this.#targetCount--;
  }

  troubled(hole: 'heard' | 'concealed'): void {
    this.#calmCount = 0;
    const growthCount = hole === 'heard' ? heardGrowthCount : concealedGrowthCount;
    this.#targetCount = Math.min(this.#ceilingCount, this.#targetCount + growthCount);
  }
}

function framesIn(durationMs: number): number {
  return Math.max(1, Math.round(durationMs / frameDurationMs));
}
