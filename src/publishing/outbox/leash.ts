import { orAborted } from '#core/aborted.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { DeliveryChanges } from './changes.ts';
import type { Claimed } from './delivery.ts';
import type { OutboxStore } from './store.ts';

export interface LeashComponents {
  store: Pick<OutboxStore, 'renew'>;
  clock: Clock;
  changes: DeliveryChanges;
}

export interface LeashInit {
  delivery: Claimed;
  leaseMs: number;
  /** An attempt that reports no progress for this long is ended. */
  attemptTimeoutMs: number;
  /** Aborted when the hub stops. */
  stopping: AbortSignal;
}

/**
 * Holds one delivery during work on it: renews its lease, and ends the attempt when it reports nothing, when the lease
 * can't be renewed in time or is lost, or when the hub stops. A long upload lives as long as it makes progress.
 */
export class Leash {
  readonly signal: AbortSignal;
  readonly #components: LeashComponents;
  readonly #init: LeashInit;
  readonly #ending = new AbortController();
  #leaseEndsAtMs: number;
  #renewing: Timer;
  #silence: Timer | undefined;
  #over = false;

  constructor(components: LeashComponents, init: LeashInit) {
    const { clock } = components;
    this.#components = components;
    this.#init = init;
    this.signal = AbortSignal.any([this.#ending.signal, init.stopping]);
    // From here on by the clock that never steps.
    this.#leaseEndsAtMs = clock.monotonicMs() + init.delivery.leaseUntilMs - clock.nowMs();
    this.#renewing = this.#renewLater();
  }

  /** Runs one remote call. Rejects with the reason when the leash ends it, even if the call ignores its signal. */
  async during<Result>(call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    this.#listen();
    try {
      return await orAborted(this.signal, call(this.signal));
    } finally {
      this.#silence?.cancel();
    }
  }

  readonly progress = (sentBytes: number, totalBytes: number): void => {
    if (this.#over || this.signal.aborted) return;
    const { id: deliveryId, publicationId } = this.#init.delivery;
    this.#components.changes.progressed({ deliveryId, publicationId }, { sentBytes, totalBytes });
    this.#silence?.cancel();
    this.#listen();
  };

  end(): void {
    this.#over = true;
    this.#renewing.cancel();
    this.#silence?.cancel();
    this.#components.changes.forget(this.#init.delivery.id);
  }

  #listen(): void {
    const { attemptTimeoutMs } = this.#init;
    this.#silence = this.#components.clock.after(attemptTimeoutMs, () =>
      this.#ending.abort(new Error(`no answer within ${Math.round(attemptTimeoutMs / 1_000)} s`)),
    );
  }

  #renewLater(): Timer {
    const { clock } = this.#components;
    const leftMs = this.#leaseEndsAtMs - clock.monotonicMs();
    const delayMs = Math.max(0, Math.min(this.#init.leaseMs / 3, leftMs));
    return clock.after(delayMs, () => void this.#renew(), { background: true });
  }

  async #renew(): Promise<void> {
    const { store, clock } = this.#components;
    const startedAtMs = clock.monotonicMs();
    if (startedAtMs >= this.#leaseEndsAtMs) return this.#lose();
    try {
      const kept = await store.renew(this.#init.delivery, clock.nowMs() + this.#init.leaseMs);
      if (this.#over) return;
      if (!kept) return this.#lose();
      this.#leaseEndsAtMs = startedAtMs + this.#init.leaseMs;
      this.#init.delivery.leaseUntilMs =
        clock.nowMs() - (clock.monotonicMs() - startedAtMs) + this.#init.leaseMs;
    } catch {
      // The database may be back before the lease ends; until then it is still ours.
    }
    if (!this.#over) this.#renewing = this.#renewLater();
  }

  #lose(): void {
    if (!this.#over) this.#ending.abort(new Error('its lease was lost'));
  }
}
