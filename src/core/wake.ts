import type { Clock } from './clock.ts';

/** The wait of a loop between its looks, which anything that changes ends. */
export class Wake {
  readonly #clock: Pick<Clock, 'after'>;
  #wake: (() => void) | undefined;

  constructor({ clock }: { clock: Pick<Clock, 'after'> }) {
    this.#clock = clock;
  }

  /** Resolves at the next `now`, or after that time where one is given. One at a time. */
  async next(limitMs?: number): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    const timer = limitMs === undefined ? undefined : this.#clock.after(limitMs, woken.resolve);
    await woken.promise;
    timer?.cancel();
    this.#wake = undefined;
  }

  /** Does nothing while nobody waits. */
  now(): void {
    this.#wake?.();
  }
}
