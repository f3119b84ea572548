/** A number of things at the same time: others wait for their turn, first come first served. */
export class Places {
  readonly #countMax: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Throws the signal's reason, and what `run` throws. */
  async with<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#taken >= this.#countMax) await this.#turn(signal);
    else this.#taken++;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken--;
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(admit);
    });
  }
}
