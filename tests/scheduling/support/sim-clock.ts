import { type Clock, sleepWith, type Timer } from '#core/clock.ts';

interface Pending {
  atMs: number;
  run: () => void;
}

/**
 * A clock for years: it moves from timer to timer and waits only for those it was told to watch. Wall and monotonic time
 * can part, as they do when an operator sets the clock.
 */
export class SimClock implements Clock {
  #monotonicMs = 0;
  #wallOffsetMs: number;
  readonly #pending = new Set<Pending>();
  readonly #watched = new Set<() => Promise<void>>();

  constructor(startMs: number) {
    this.#wallOffsetMs = startMs;
  }

  nowMs(): number {
    return this.#monotonicMs + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const pending = { atMs: this.#monotonicMs + delayMs, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((ms, run) => this.after(ms, run), delayMs, signal);
  }

  /** After each timer it waits for this. Returns the unsubscriber. */
  watch(settled: () => Promise<void>): () => void {
    this.#watched.add(settled);
    return () => void this.#watched.delete(settled);
  }

  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  async advance(byMs: number): Promise<void> {
    const endMs = this.#monotonicMs + byMs;
    await this.#settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      const before = this.#pending.size;
      this.#pending.delete(next);
      this.#monotonicMs = Math.max(this.#monotonicMs, next.atMs);
      next.run();
      // One that only set itself again, as nearly all do, has begun nothing to wait for.
      if (this.#pending.size < before) await this.#settle();
    }
    this.#monotonicMs = endMs;
    await this.#settle();
  }

  #next(endMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const pending of this.#pending)
      if (pending.atMs <= endMs && (!next || pending.atMs < next.atMs)) next = pending;
    return next;
  }

  async #settle(): Promise<void> {
    await Promise.all([...this.#watched].map((settled) => settled()));
  }
}
