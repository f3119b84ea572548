import type { Frame } from '#contracts/audio.ts';

/** Frames waiting for one subscriber: bounded in number and in age; the oldest are dropped first. */
export class FrameQueue {
  readonly #countMax: number;
  readonly #ageMaxMs: number;
  #waiting: { frame: Frame; sinceMs: number }[] = [];
  #droppedCount = 0;

  constructor(init: { countMax: number; ageMaxMs: number }) {
    this.#countMax = init.countMax;
    this.#ageMaxMs = init.ageMaxMs;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  oldestMs(nowMs: number): number {
    return this.#waiting[0] ? nowMs - this.#waiting[0].sinceMs : 0;
  }

  push(frame: Frame, nowMs: number): void {
    this.#waiting.push({ frame, sinceMs: nowMs });
    if (this.#waiting.length > this.#countMax) this.#drop();
    this.#dropStale(nowMs);
  }

  take(nowMs: number): Frame | undefined {
    this.#dropStale(nowMs);
    return this.#waiting.shift()?.frame;
  }

  clear(): void {
    this.#waiting = [];
  }

  #dropStale(nowMs: number): void {
    while (this.#waiting[0] && nowMs - this.#waiting[0].sinceMs > this.#ageMaxMs) this.#drop();
  }

  #drop(): void {
    this.#waiting.shift();
    this.#droppedCount += 1;
  }
}
