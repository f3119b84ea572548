import { type BroadcastTarget, streamKeyOf } from './reference.ts';
import { SharedStream, type StreamComponents } from './shared-stream.ts';

export interface StreamLease {
  readonly stream: SharedStream;
  /** Idempotent; the last one closes the stream. */
  release(): void;
}

/** Streams by key, counted: the first lease opens one, the last release closes it. */
export class StreamPool {
  readonly #components: StreamComponents;
  readonly #onOver: (streamKey: string, reason: 'broadcast-ended' | 'revoked') => void;
  readonly #streams = new Map<string, { stream: SharedStream; leaseCount: number }>();

  constructor(
    components: StreamComponents,
    onOver: (streamKey: string, reason: 'broadcast-ended' | 'revoked') => void,
  ) {
    this.#components = components;
    this.#onOver = onOver;
  }

  /** Resolves once subscribed. Throws what subscribing throws, and the signal's reason. */
  async lease(target: BroadcastTarget, signal: AbortSignal): Promise<StreamLease> {
    signal.throwIfAborted();
    const key = streamKeyOf(target);
    const entry = this.#streams.get(key) ?? this.#create(key, target);
    entry.leaseCount++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      if (--entry.leaseCount > 0) return;
      this.#streams.delete(key);
      entry.stream.close();
    };
    signal.addEventListener('abort', release, { once: true });
    try {
      await entry.stream.open();
      signal.throwIfAborted();
      return { stream: entry.stream, release };
    } catch (error) {
      release();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', release);
    }
  }

  /** A community connected: streams of it needn't wait. */
  retryNow(peerId: string): void {
    for (const { stream } of this.#streams.values()) {
      if (stream.target.community?.peerId === peerId) stream.retryNow();
    }
  }

  #create(key: string, target: BroadcastTarget) {
    const stream = new SharedStream(this.#components, target, (reason) => this.#onOver(key, reason));
    const entry = { stream, leaseCount: 0 };
    this.#streams.set(key, entry);
    return entry;
  }
}
