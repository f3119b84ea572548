/** A bounded queue between one reader of a source and one paced sender. */
export class PacketQueue<T> {
  /** Packets dropped because a radio sent faster than it plays. */
  droppedCount = 0;
  readonly #packetsMax: number;
  readonly #packets: T[] = [];
  #ended = false;
  #failure: unknown;
  #clearedCount = 0;
  #wakeTaker: (() => void) | undefined;
  #wakeGiver: (() => void) | undefined;

  constructor(packetsMax: number) {
    this.#packetsMax = packetsMax;
  }

  get length(): number {
    return this.#packets.length;
  }

  /** Waits until fewer than `aheadMax` are queued. A packet that waits while the queue is cleared is dropped. */
  async give(packet: T, signal: AbortSignal, aheadMax = this.#packetsMax): Promise<void> {
    const clearedBefore = this.#clearedCount;
    while (this.#packets.length >= Math.min(aheadMax, this.#packetsMax)) {
      await waiting(signal, (wake) => {
        this.#wakeGiver = wake;
      });
    }
    if (clearedBefore === this.#clearedCount) this.#add(packet);
  }

  /** Drops what is queued, and what waits for room. */
  clear(): void {
    this.#clearedCount++;
    this.#packets.length = 0;
    this.#wakeGiver?.();
  }

  /** Makes room by dropping the oldest: live audio doesn't wait. */
  giveNow(packet: T, aheadMax = this.#packetsMax): void {
    while (this.#packets.length >= Math.min(aheadMax, this.#packetsMax)) {
      this.#packets.shift();
      this.droppedCount++;
    }
    this.#add(packet);
  }

  end(): void {
    this.#ended = true;
    this.#wakeTaker?.();
  }

  /** Queued packets can still be taken; then `take` throws this. */
  fail(failure: unknown): void {
    this.#failure = failure;
    this.end();
  }

  /** Undefined once ended and empty. */
  async take(signal: AbortSignal): Promise<T | undefined> {
    while (this.#packets.length === 0 && !this.#ended) {
      await waiting(signal, (wake) => {
        this.#wakeTaker = wake;
      });
    }
    const packet = this.takeNow();
    if (packet === undefined && this.#failure !== undefined) throw this.#failure;
    return packet;
  }

  /** Undefined when the queue is empty. */
  takeNow(): T | undefined {
    const packet = this.#packets.shift();
    this.#wakeGiver?.();
    return packet;
  }

  #add(packet: T): void {
    this.#packets.push(packet);
    this.#wakeTaker?.();
  }
}

/** The packets, until the queue has ended; throws what it failed with. */
export async function* packetsOf<T>(
  queue: PacketQueue<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  for (;;) {
    const packet = await queue.take(signal);
    if (packet === undefined) return;
    yield packet;
  }
}

function waiting(signal: AbortSignal, register: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    register(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
