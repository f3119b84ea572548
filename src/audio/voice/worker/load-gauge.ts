import type { Clock } from '#core/clock.ts';
import type { Load } from './parking.ts';

/** Turns in two seconds: more are not remembered, should nobody ask. */
const turnsMax = 100;

/** Watches the frame clock and the thread's CPU time between two readings. */
export class LoadGauge {
  readonly #clock: Clock;
  readonly #cpuMicros: () => number;
  #lateMs: number[] = [];
  #readAtMs: number;
  #microsBefore: number;
  #skippedBefore = 0;

  /** `cpuMicros`: CPU time of this thread since it began. */
  constructor(components: { clock: Clock; cpuMicros: () => number }) {
    this.#clock = components.clock;
    this.#cpuMicros = components.cpuMicros;
    this.#readAtMs = components.clock.monotonicMs();
    this.#microsBefore = components.cpuMicros();
  }

  turn(lateMs: number): void {
    if (this.#lateMs.length < turnsMax) this.#lateMs.push(lateMs);
  }

  /** The load since the last reading. */
  read(skippedCount: number): Load {
    const nowMs = this.#clock.monotonicMs();
    const micros = this.#cpuMicros();
    const tookMs = Math.max(1, nowMs - this.#readAtMs);
    const sorted = this.#lateMs.sort((a, b) => a - b);
    const load = {
      cpuShare: (micros - this.#microsBefore) / 1_000 / tookMs,
      lateMs: sorted[sorted.length >> 1] ?? 0,
      skippedCount: skippedCount - this.#skippedBefore,
    };
    this.#readAtMs = nowMs;
    this.#microsBefore = micros;
    this.#skippedBefore = skippedCount;
    this.#lateMs = [];
    return load;
  }
}
