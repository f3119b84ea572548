import type { HlsFetcher } from './hls-fetcher.ts';
import type { Resource, Segment } from './playlist.ts';
import type { SegmentFeed } from './segment-feed.ts';

/**
 * The bytes of the programme in parts that each need a decoder of their own: a new one where timestamps or encoding
 * start anew. A part must be read to its end, or left, before the next.
 */
export async function* programmeParts(
  feed: SegmentFeed,
  fetcher: HlsFetcher,
  signal: AbortSignal,
): AsyncGenerator<AsyncGenerator<Uint8Array>, void, void> {
  const segments = feed.segments(signal);
  let waiting = await nextOf(segments);
  while (waiting) {
    const first: Segment = waiting;
    waiting = undefined;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      if (first.map) yield await fetcher.map(first.map, signal);
      for (let segment: Segment | undefined = first; segment; ) {
        yield* bytesOf(segment, feed, fetcher, signal);
        segment = await nextOf(segments);
        if (segment && startsPart(segment, first)) {
          waiting = segment;
          return;
        }
      }
    }
    yield bytes();
    // Its reader may have left it early, before it came to the next.
    waiting ??= await nextOf(segments);
  }
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
