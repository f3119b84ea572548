import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';

export interface DeliveryChange {
  deliveryId: string;
  publicationId: string;
}

export interface Progress {
  sentBytes: number;
  totalBytes: number;
}

/** Progress of an upload is reported at most this often. */
export const progressEveryMs = 2_000;

/** Reports changes after they are durable. Only those of this process: another hub's are read from the database. */
export class DeliveryChanges {
  readonly #components: { clock: Pick<Clock, 'monotonicMs'>; logger: Logger };
  readonly #listeners = new Set<(change: DeliveryChange) => void>();
  readonly #progress = new Map<string, Progress & { toldAtMs: number }>();

  constructor(components: { clock: Pick<Clock, 'monotonicMs'>; logger: Logger }) {
    this.#components = components;
  }

  /** Returns the unsubscriber. */
  on(listener: (change: DeliveryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: DeliveryChange): void {
    for (const listener of this.#listeners) {
      try {
        listener({ deliveryId: change.deliveryId, publicationId: change.publicationId });
      } catch (error) {
        this.#components.logger.error({ err: error, ...change }, 'a listener of deliveries failed');
      }
    }
  }

  /** For an upload of this process; memory only. */
  progressOf(deliveryId: string): Progress | undefined {
    const known = this.#progress.get(deliveryId);
    return known && { sentBytes: known.sentBytes, totalBytes: known.totalBytes };
  }

  progressed(change: DeliveryChange, progress: Progress): void {
    const nowMs = this.#components.clock.monotonicMs();
    const toldAtMs = this.#progress.get(change.deliveryId)?.toldAtMs ?? Number.NEGATIVE_INFINITY;
    const due = nowMs - toldAtMs >= progressEveryMs;
    this.#progress.set(change.deliveryId, { ...progress, toldAtMs: due ? nowMs : toldAtMs });
    if (due) this.tell(change);
  }

  /** The attempt is over. */
  forget(deliveryId: string): void {
    this.#progress.delete(deliveryId);
  }
}
