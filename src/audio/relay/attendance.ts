import type { Clock, Timer } from '#core/clock.ts';

/**
 * Whether an auto relay should be in its channel: from the moment somebody comes, until everybody has been away for
 * a while.
 */
export class Attendance {
  readonly #clock: Clock;
  readonly #onChange: (wanted: boolean) => void;
  #leaving: Timer | undefined;
  #wanted: boolean;

  constructor(components: { clock: Clock }, listenerCount: number, onChange: (wanted: boolean) => void) {
    this.#clock = components.clock;
    this.#wanted = listenerCount > 0;
    this.#onChange = onChange;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  update(listenerCount: number, leaveAfterMs: number): void {
    if (listenerCount > 0) {
      this.stop();
      if (!this.#wanted) this.#become(true);
      return;
    }
    if (!this.#wanted || this.#leaving) return;
    this.#leaving = this.#clock.after(leaveAfterMs, () => {
      this.#leaving = undefined;
      this.#become(false);
    });
  }

  stop(): void {
    this.#leaving?.cancel();
    this.#leaving = undefined;
  }

  #become(wanted: boolean): void {
    this.#wanted = wanted;
    this.#onChange(wanted);
  }
}
