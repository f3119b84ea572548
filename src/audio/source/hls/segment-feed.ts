import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { HlsFetcher } from './hls-fetcher.ts';
import { type Playlist, PlaylistRefused, type Segment } from './playlist.ts';

export type MediaPlaylist = Extract<Playlist, { kind: 'media' }>;

/** RFC 8216 §6.3.3: start at least three durations before the end of a live playlist. */
const segmentsBehindLive = 3;
/** A live playlist that names nothing new for this many durations has ended without saying so. */
const staleDurationsMax = 4;
const failedInARowMax = 3;
const failedPlaylistsMax = 4;

export interface SegmentFeedInit {
  url: URL;
  first: MediaPlaylist;
}

/**
 * The segments to play, in order, each once: all of a finished playlist, the newest of a live one, which is read again
 * as often as it says. Ends with the playlist; throws when a live one goes stale.
 */
export class SegmentFeed {
  readonly #clock: Clock;
  readonly #fetcher: HlsFetcher;
  readonly #init: SegmentFeedInit;
  #failedInARow = 0;
  #failure: unknown;

  constructor(clock: Clock, fetcher: HlsFetcher, init: SegmentFeedInit) {
    this.#clock = clock;
    this.#fetcher = fetcher;
    this.#init = init;
  }

  async *segments(signal: AbortSignal): AsyncGenerator<Segment, void, void> {
    let playlist = this.#init.first;
    let next = startOf(playlist);
    let freshAtMs = this.#clock.monotonicMs();
    for (;;) {
      const due = playlist.segments.filter(({ sequence }) => sequence >= next);
      for (const segment of due) {
        yield this.#checked(segment);
        next = segment.sequence + 1;
        freshAtMs = this.#clock.monotonicMs();
      }
      if (playlist.ended) return;
      if (this.#clock.monotonicMs() - freshAtMs > playlist.targetMs * staleDurationsMax)
        throw new Error('the live playlist names nothing new');
      // §6.3.4: after a change, one duration; while nothing changes, half.
      await this.#clock.sleep(playlist.targetMs / (due.length > 0 ? 1 : 2), signal);
      playlist = await this.#reload(playlist.targetMs, signal);
      const newest = playlist.segments.at(-1)?.sequence;
      // The numbering restarted, as after a restart of the station: continues with its newest.
      if (newest !== undefined && newest < next - playlist.segments.length - 1) next = startOf(playlist);
    }
  }

  /** What the last segment failed with, while none has come since. */
  get failure(): unknown {
    return this.#failure;
  }

  /** A segment that is gone is left out; several in a row are a loss. Throws when there were too many. */
  failed(error: unknown): void {
    this.#failure = error;
    const isFinal = error instanceof PlaylistRefused || (isGuildmeshError(error) && error.kind !== 'remote');
    if (isFinal || ++this.#failedInARow >= failedInARowMax) throw error;
  }

  arrived(): void {
    this.#failedInARow = 0;
    this.#failure = undefined;
  }

  async #reload(targetMs: number, signal: AbortSignal): Promise<MediaPlaylist> {
    for (let attempt = 1; ; attempt++) {
      try {
        const playlist = await this.#fetcher.playlist(this.#init.url, signal);
        if (playlist.kind === 'media') return playlist;
        throw new PlaylistRefused('it became another kind of playlist');
      } catch (error) {
        signal.throwIfAborted();
        if (!isGuildmeshError(error) || error.kind !== 'remote' || attempt >= failedPlaylistsMax) throw error;
      }
      await this.#clock.sleep(targetMs / 2, signal);
    }
  }

  #checked(segment: Segment): Segment {
    const names = [segment.url, segment.map?.url];
    if (names.some((url) => url?.href === this.#init.url.href))
      throw new PlaylistRefused('it names itself as sound');
    return segment;
  }
}

function startOf({ ended, segments }: MediaPlaylist): number {
  return segments.at(ended ? 0 : -Math.min(segmentsBehindLive, segments.length))?.sequence ?? 0;
}
