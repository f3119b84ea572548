import { type Clock, sleepWith, systemClock, type Timer } from '#core/clock.ts';

interface Pending {
  dueAtMonotonicMs: number;
  run: () => void;
  background: boolean;
  timer: Timer;
}

/** Real time that a test can make leap ahead, as a machine does that slept: what fell due meanwhile runs once, late. */
export class LeapingClock implements Clock {
  readonly #system = systemClock();
  #leaptMs = 0;
  readonly #pending = new Set<Pending>();

  nowMs(): number {
    return this.#system.nowMs() + this.#leaptMs;
  }

  monotonicMs(): number {
    return this.#system.monotonicMs() + this.#leaptMs;
  }

  after(delayMs: number, run: () => void, { background = false } = {}): Timer {
    const dueAtMonotonicMs = this.monotonicMs() + delayMs;
    const pending = { dueAtMonotonicMs, run, background, timer: { cancel: () => undefined } };
    this.#pending.add(pending);
    this.#arm(pending);
    return {
      cancel: () => {
        pending.timer.cancel();
        this.#pending.delete(pending);
      },
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepWith((ms, run) => this.after(ms, run), delayMs, signal);
  }

  leap(byMs: number): void {
    this.#leaptMs += byMs;
    for (const pending of [...this.#pending]) {
      pending.timer.cancel();
      this.#arm(pending);
    }
  }

  leapTo(atMs: number): void {
    this.leap(Math.max(0, atMs - this.nowMs()));
  }

  #arm(pending: Pending): void {
    const delayMs = Math.max(0, pending.dueAtMonotonicMs - this.monotonicMs());
    const fire = () => {
      this.#pending.delete(pending);
      pending.run();
    };
    pending.timer = this.#system.after(delayMs, fire, { background: pending.background });
  }
}
