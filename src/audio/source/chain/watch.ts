import type { Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** One abort signal for an opened source: the owner's, and a time limit that restarts with each wait. */
export class Watch {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, owner: AbortSignal) {
    this.#clock = clock;
    this.signal = AbortSignal.any([owner, this.#controller.signal]);
  }

  expect(withinMs: number, late: (withinMs: number) => GuildmeshError): void {
    this.relax();
    this.#timer = this.#clock.after(withinMs, () => this.#controller.abort(late(withinMs)));
  }

  relax(): void {
    this.#timer?.cancel();
  }
}
