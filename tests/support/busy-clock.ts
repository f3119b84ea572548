import { FakeClock } from './fake-clock.ts';

export interface BusySpell {
  /** The thread is busy for the first so many … */
  busyMs: number;
  /** … of each so many milliseconds. */
  everyMs: number;
}

/** A clock in a thread that other work keeps busy: timers that fall due meanwhile fire when it ends. */
export class BusyClock extends FakeClock {
  readonly #spell: BusySpell;

  constructor(spell: BusySpell) {
    super(undefined, async () => {});
    this.#spell = spell;
  }

  override after(delayMs: number, run: () => void): { cancel(): void } {
    const { busyMs, everyMs } = this.#spell;
    const nowMs = this.monotonicMs();
    const intoMs = (nowMs + delayMs) % everyMs;
    return super.after(intoMs < busyMs ? delayMs + busyMs - intoMs : delayMs, run);
  }
}
