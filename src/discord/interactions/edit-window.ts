/** At most `max` in any `windowMs`. */
export class EditWindow {
  readonly #max: number;
  readonly #windowMs: number;
  /** Times of the last `max`, the oldest first. */
  #taken: number[] = [];

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  take(nowMs: number): void {
    this.#taken = [...this.#taken, nowMs].slice(-this.#max);
  }

  opensAtMs(nowMs: number): number {
    const [oldest] = this.#taken;
    if (oldest === undefined || this.#taken.length < this.#max) return nowMs;
    return Math.max(nowMs, oldest + this.#windowMs);
  }

  isIdle(nowMs: number): boolean {
    const newest = this.#taken.at(-1);
    return newest === undefined || newest + this.#windowMs <= nowMs;
  }
}
