import type { Clock, Timer } from './clock.ts';

export interface RoundsInit {
  /** From the end of one round to the beginning of the next. */
  everyMs: number;
  run: (signal: AbortSignal) => Promise<unknown>;
  /** Called with what `run` throws, unless the rounds were stopped. */
  failed: (error: unknown) => void;
}

/** Work that is repeated in the background until it is stopped, whether it succeeds or not. */
export class Rounds {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #init: RoundsInit;
  readonly #stopping = new AbortController();
  #timer: Timer | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor({ clock }: { clock: Pick<Clock, 'after'> }, init: RoundsInit) {
    this.#clock = clock;
    this.#init = init;
  }

  /** Aborts when the rounds are stopped. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** The first round begins now. */
  begin(): void {
    this.#round = this.#runOnce();
  }

  /** The first round begins after `everyMs`. */
  beginLater(): void {
    this.#timer = this.#clock.after(this.#init.everyMs, () => this.begin(), { background: true });
  }

  /** Resolves once a round that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the hub stops'));
    this.#timer?.cancel();
    await this.#round;
  }

  async #runOnce(): Promise<void> {
    const { failed, run } = this.#init;
    try {
      await run(this.signal);
    } catch (error) {
      if (!this.signal.aborted) failed(error);
    }
    if (!this.signal.aborted) this.beginLater();
  }
}
