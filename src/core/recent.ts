import type { Clock } from './clock.ts';

export interface RecentInit {
  spanMs: number;
  countMax: number;
}

/** The latest values: none older than `spanMs`, at most `countMax`. */
export class Recent<T> {
  readonly #clock: Clock;
  readonly #init: RecentInit;
  readonly #items: { item: T; atMs: number }[] = [];

  constructor({ clock }: { clock: Clock }, init: RecentInit) {
    this.#clock = clock;
    this.#init = init;
  }

  add(item: T): void {
    this.#items.push({ item, atMs: this.#clock.monotonicMs() });
    if (this.#items.length > this.#init.countMax) this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }

  /** Values of the last `spanMs`, the oldest first. */
  last(spanMs: number): T[] {
    const sinceMs = this.#clock.monotonicMs() - Math.min(spanMs, this.#init.spanMs);
    return this.#items.filter(({ atMs }) => atMs > sinceMs).map(({ item }) => item);
  }
}
