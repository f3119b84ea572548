import { TimedTitles } from '../timed-titles.ts';
import type { HlsFetcher } from './hls-fetcher.ts';
import type { Resource, Segment } from './playlist.ts';
import type { SegmentFeed } from './segment-feed.ts';
import { extinfTitle } from './segment-titles.ts';
import { TimedMetadata } from './timed-metadata.ts';

export interface ProgrammePart {
  bytes: AsyncGenerator<Uint8Array>;
  /** By the time within this part. */
  titles: TimedTitles;
}

/**
 * The bytes of the programme in parts that each need a decoder of their own: a new one where timestamps or encoding
 * restart. A part must be read to its end, or left, before the next. `onTitle`: the title that the playlist gives a
 * segment, or that its sound carries, when it changes and is heard.
 */
export async function* programmeParts(
  feed: SegmentFeed,
  fetcher: HlsFetcher,
  onTitle: (title: string) => void,
  signal: AbortSignal,
): AsyncGenerator<ProgrammePart, void, void> {
  const news = { listed: new Changes(), carried: new Changes() };
  const segments = feed.segments(signal);
  let waiting = await nextOf(segments);
  while (waiting) {
    const first: Segment = waiting;
    waiting = undefined;
    const titles = new TimedTitles(onTitle);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      if (first.map) yield await fetcher.map(first.map, signal);
      let atMs = 0;
      for (let segment: Segment | undefined = first; segment; ) {
        const tell = (title: string) => titles.add(atMs, title);
        news.listed.say(extinfTitle(segment.title), tell);
        const carried = new TimedMetadata((title) => news.carried.say(title, tell));
        yield* looked(bytesOf(segment, feed, fetcher, signal), carried);
        atMs += segment.durationMs;
        segment = await nextOf(segments);
        if (segment && startsPart(segment, first)) {
          waiting = segment;
          return;
        }
      }
    }
    yield { bytes: bytes(), titles };
    // Its reader may have left it early, before it came to the next.
    waiting ??= await nextOf(segments);
  }
}

/** Reports a value only when it differs from the one before; at first from nothing. */
class Changes {
  #last = '';

  say(title: string, tell: (title: string) => void): void {
    if (title !== this.#last) tell(title);
    this.#last = title;
  }
}

async function* looked(bytes: AsyncGenerator<Uint8Array>, metadata: TimedMetadata) {
  for await (const chunk of bytes) {
    metadata.push(chunk);
    yield chunk;
  }
  metadata.end();
}

async function* bytesOf(segment: Segment, feed: SegmentFeed, fetcher: HlsFetcher, signal: AbortSignal) {
  try {
    yield* fetcher.segment(segment, signal);
    feed.arrived();
  } catch (error) {
    signal.throwIfAborted();
    feed.failed(error);
  }
}

function startsPart(segment: Segment, first: Segment): boolean {
  return segment.discontinuity || keyOf(segment.map) !== keyOf(first.map);
}

function keyOf(resource: Resource | undefined): string {
  return resource ? `${resource.url.href} ${resource.range?.offset ?? ''}` : '';
}

async function nextOf(segments: AsyncGenerator<Segment, void, void>): Promise<Segment | undefined> {
  const next = await segments.next();
  return next.done ? undefined : next.value;
}
