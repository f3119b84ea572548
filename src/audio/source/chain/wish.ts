import type { Feed } from './feed.ts';

/**
 * Somebody's wish for another source than the one in use: the candidates are tried one after another, from the next one
 * in the list on, while the one in use continues.
 */
export class Wish {
  readonly settled = Promise.withResolvers<boolean>();
  readonly #feeds: readonly Feed[];
  #candidates: number[];

  constructor(feeds: readonly Feed[], active: number) {
    this.#feeds = feeds;
    this.#candidates = feeds.slice(1).map((_, index) => (active + 1 + index) % feeds.length);
    this.#tryAtOnce();
  }

  /** The candidate to open, and to hear as soon as it gives sound; undefined when none is left. */
  get candidate(): number | undefined {
    return this.#candidates[0];
  }

  /** Skips candidates that can't be heard. */
  review(): void {
    while (this.#isHopeless()) {
      this.#candidates.shift();
      this.#tryAtOnce();
    }
  }

  #isHopeless(): boolean {
    const feed = this.#feeds[this.candidate ?? -1];
    return (
      feed !== undefined && feed.queue.length === 0 && (feed.state === 'waiting' || feed.state === 'over')
    );
  }

  /** A candidate that pauses before its next attempt makes it now. */
  #tryAtOnce(): void {
    const feed = this.#feeds[this.candidate ?? -1];
    if (feed?.state !== 'waiting') return;
    feed.stop();
    feed.run();
  }
}
