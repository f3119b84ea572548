/** Frames held at each of the last turns: about two seconds, longer than a burst or stall usually lasts. */
const windowCount = 100;
/** The median moves slowly, so computing it this often is enough. */
const medianEveryCount = 10;

/** The level around which the number of held frames swings; undefined until there are enough samples. */
export class FillLevel {
  readonly #fills = new Int32Array(windowCount);
  readonly #sorted = new Int32Array(windowCount);
  #count = 0;
  #median: number | undefined;

  get median(): number | undefined {
    return this.#median;
  }

  note(heldCount: number): void {
    this.#fills[this.#count++ % windowCount] = heldCount;
    if (this.#count < windowCount || this.#count % medianEveryCount !== 0) return;
    this.#sorted.set(this.#fills);
    this.#sorted.sort();
    this.#median = this.#sorted[windowCount / 2];
  }

  /** The level was changed on purpose: earlier samples count as if it had been so all along. */
  shift(byCount: number): void {
    for (let index = 0; index < windowCount; index++)
      this.#fills[index] = (this.#fills[index] ?? 0) + byCount;
    if (this.#median !== undefined) this.#median += byCount;
  }

  clear(): void {
    this.#count = 0;
    this.#median = undefined;
  }
}
