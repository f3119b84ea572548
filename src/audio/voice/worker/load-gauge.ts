import { frameDurationMs } from '#contracts/audio.ts';
import type { Load } from './parking.ts';

/** Turns of two seconds: more are not remembered if nobody reads them. */
const turnsMax = 100;

/** Watches the turns between two readings. */
export class LoadGauge {
  #lateMs: number[] = [];
  #spentMs = 0;
  #skippedBefore = 0;

  /** A turn that began `lateMs` late and took `spentMs`. */
  turn(lateMs: number, spentMs: number): void {
    if (this.#lateMs.length >= turnsMax) return;
    this.#lateMs.push(lateMs);
    this.#spentMs += spentMs;
  }

  /** The load since the last reading. */
  read(skippedCount: number): Load {
    const sorted = this.#lateMs.sort((a, b) => a - b);
    const load = {
      turnShare: this.#spentMs / Math.max(1, sorted.length) / frameDurationMs,
      lateMs: sorted[sorted.length >> 1] ?? 0,
      skippedCount: skippedCount - this.#skippedBefore,
    };
    this.#lateMs = [];
    this.#spentMs = 0;
    this.#skippedBefore = skippedCount;
    return load;
  }
}
