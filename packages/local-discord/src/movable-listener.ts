import type { HeardFrame, Listener, ListenerStats } from './voice/contract.ts';

/** A person in voice: stays the same object when the person is moved to another voice channel. */
export class MovableListener implements Listener {
  readonly userId: string;
  readonly #onLeave: () => void;
  readonly #maySpeak: () => boolean;
  readonly #subscribers = new Set<(frame: HeardFrame) => void>();
  #inner: Listener;

  constructor(inner: Listener, rules: { maySpeak: () => boolean; onLeave: () => void }) {
    this.userId = inner.userId;
    this.#onLeave = rules.onLeave;
    this.#maySpeak = rules.maySpeak;
    this.#inner = inner;
    this.follow(inner);
  }

  get channelId(): string {
    return this.#inner.channelId;
  }

  /** Counts of the channel where the person is now. */
  get stats(): Readonly<ListenerStats> {
    return this.#inner.stats;
  }

  /** Listens in another place from now on. */
  follow(inner: Listener): void {
    this.#inner = inner;
    inner.onFrame((frame) => {
      for (const subscriber of this.#subscribers) subscriber(frame);
    });
  }

  onFrame(subscriber: (frame: HeardFrame) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  speak(payload: Uint8Array): boolean {
    return this.#maySpeak() && this.#inner.speak(payload);
  }

  leave(): void {
    this.#onLeave();
  }

  /** Stops listening without notifying anybody. */
  deafen(): void {
    this.#inner.leave();
  }
}
