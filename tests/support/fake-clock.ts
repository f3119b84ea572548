import { type Clock, sleepWith } from '#core/clock.ts';

interface Pending {
  atMs: number;
  order: number;
  run: () => void;
}

/** A clock that moves only when a test says so. Wall and monotonic time can part: see `stepWall`. */
export class FakeClock implements Clock {
  #monotonicMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  #pending = new Set<Pending>();

  readonly #settle: () => Promise<void>;

  /** `settle` lets what a timer began come to rest: a few turns by default, which is too few for real I/O. */
  constructor(startMs = Date.UTC(2026, 0, 1), settle: () => Promise<void> = aFewTurns) {
    this.#settle = settle;
    this.#wallOffsetMs = startMs;
  }

  nowMs(): number {
    return this.#monotonicMs + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    const pending = { atMs: this.#monotonicMs + delayMs, order: this.#order++, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((ms, run) => this.after(ms, run), delayMs, signal);
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Moves the wall clock alone, as NTP or an operator would. */
  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Runs what falls due in order, letting promises settle before the first and after each timer. */
  async advance(byMs: number): Promise<void> {
    await this.#settle();
    const targetMs = this.#monotonicMs + byMs;
    // Work already under way may still set timers that fall into this span.
    await this.#settle();
    for (;;) {
      const next = [...this.#pending]
        .filter((pending) => pending.atMs <= targetMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (!next) break;
      this.#pending.delete(next);
      this.#monotonicMs = Math.max(this.#monotonicMs, next.atMs);
      next.run();
      await this.#settle();
    }
    this.#monotonicMs = targetMs;
    await this.#settle();
  }
}

async function aFewTurns(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}
