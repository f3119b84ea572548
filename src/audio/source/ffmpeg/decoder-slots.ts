import type { Clock } from '#core/clock.ts';
import { audioErrors } from '../../errors.ts';

/**
 * A waiting request gets the place of a decoder that ends: long enough for a looping file, too short for requests to
 * pile up.
 */
const waitMsMax = 1_000;
const waitingMax = 64;

export interface DecoderSlotsInit {
  decodersMax: number;
  decodersPerOwnerMax: number;
}

interface Waiting {
  owner: string;
  admit: () => void;
}

/** Limits running decoders, in total and for each guild. */
export class DecoderSlots {
  readonly #clock: Clock;
  readonly #init: DecoderSlotsInit;
  readonly #taken = new Map<string, number>();
  readonly #waiting: Waiting[] = [];

  constructor({ clock }: { clock: Clock }, init: DecoderSlotsInit) {
    this.#clock = clock;
    this.#init = init;
  }

  get takenCount(): number {
    return [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * Resolves with a function that returns the place. Throws AUDIO_DECODERS_BUSY after a second, and the signal's
   * reason.
   */
  async take(owner: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.#hasRoom(owner)) await this.#wait(owner, signal);
    else this.#count(owner, 1);
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#count(owner, -1);
      this.#admitNext();
    };
  }

  #wait(owner: string, signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= waitingMax) return Promise.reject(this.#busy(owner));
    return new Promise((resolve, reject) => {
      const leave = () => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        const index = this.#waiting.indexOf(entry);
        if (index >= 0) this.#waiting.splice(index, 1);
      };
      const entry: Waiting = {
        owner,
        admit: () => {
          leave();
          this.#count(owner, 1);
          resolve();
        },
      };
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      const timer = this.#clock.after(waitMsMax, () => {
        leave();
        reject(this.#busy(owner));
      });
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  #admitNext(): void {
    this.#waiting.find(({ owner }) => this.#hasRoom(owner))?.admit();
  }

  #hasRoom(owner: string): boolean {
    return this.takenCount < this.#init.decodersMax && this.#ownersCount(owner) < this.#ownersMax();
  }

  #busy(owner: string) {
    const guildIsFull = this.#ownersCount(owner) >= this.#ownersMax();
    return audioErrors.AUDIO_DECODERS_BUSY(
      guildIsFull
        ? { decodersMax: this.#ownersMax(), of: 'one server' }
        : { decodersMax: this.#init.decodersMax, of: 'this hub' },
    );
  }

  #ownersMax(): number {
    return Math.min(this.#init.decodersPerOwnerMax, this.#init.decodersMax);
  }

  #ownersCount(owner: string): number {
    return this.#taken.get(owner) ?? 0;
  }

  #count(owner: string, change: 1 | -1): void {
    const count = this.#ownersCount(owner) + change;
    if (count > 0) this.#taken.set(owner, count);
    else this.#taken.delete(owner);
  }
}
