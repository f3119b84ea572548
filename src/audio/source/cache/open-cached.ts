import { frameDurationMs } from '#contracts/audio.ts';
import { audioErrors, shown } from '../../errors.ts';
import type { SourceFrame, SourceRequest } from '../contract.ts';
import type { Opening } from '../opened-source.ts';
import { DamagedEntry } from './cached-sound.ts';
import type { CachedSound, KeptSound, OpusCache } from './opus-cache.ts';

export interface CachedFile {
  key: string;
  /** The file's own name. */
  title: string;
  open: (request: SourceRequest) => Promise<Opening>;
}

/** A file from the cache; one that isn't there is decoded, and kept while it plays from its start to its end. */
export async function openCached(
  cache: OpusCache,
  request: SourceRequest,
  { key, open, title }: CachedFile,
): Promise<Opening> {
  const cached = await cache.find(key);
  if (cached) return cachedOpening(request, cached, title);
  let kept: KeptSound | undefined;
  let early: string | undefined;
  const opening = await open({
    ...request,
    onEvent: (event) => {
      if (event.kind === 'title' && kept) kept.title(event.title);
      else if (event.kind === 'title') early = event.title;
      request.onEvent(event);
    },
  });
  // Packets that pass through cost nothing, and what doesn't begin at the start isn't whole.
  if (opening.facts.passedThrough || request.startAtMs) return opening;
  const keep = async () => {
    kept = await cache.keep(key);
    if (early !== undefined) kept?.title(early);
    return kept;
  };
  let closed = false;
  const close = () => {
    closed = true;
    opening.close();
  };
  return { ...opening, frames: keeping(opening.frames, keep, () => closed), close };
}

async function* keeping(
  frames: AsyncIterable<SourceFrame>,
  keep: () => Promise<KeptSound | undefined>,
  isClosed: () => boolean,
): AsyncGenerator<SourceFrame, void, void> {
  const kept = await keep();
  try {
    for await (const frame of frames) {
      // What has holes is decoded again next time.
      if (frame.missedCount || frame.filler) await kept?.discard();
      await kept?.packet(frame.payload);
      yield frame;
    }
    // A source that is stopped may end as if it were over.
    if (!isClosed()) await kept?.commit();
  } finally {
    await kept?.discard();
  }
}

function cachedOpening(request: SourceRequest, cached: CachedSound, title: string): Opening {
  const fromFrame = Math.floor((request.startAtMs ?? 0) / frameDurationMs);
  const packets = cached.packets(fromFrame);
  return {
    facts: { title, pace: 'file', passedThrough: false },
    frames: withTitles(request, cached, packets, fromFrame),
    close: () => void packets.return().catch(() => {}),
  };
}

async function* withTitles(
  request: SourceRequest,
  { titles }: CachedSound,
  packets: AsyncIterable<Uint8Array>,
  fromFrame: number,
): AsyncGenerator<SourceFrame, void, void> {
  let frame = fromFrame;
  let next = 0;
  try {
    for await (const payload of packets) {
      for (let due = titles[next]; due && due[0] <= frame; due = titles[++next])
        request.onEvent({ kind: 'title', title: due[1] });
      frame++;
      yield { payload };
    }
  } catch (error) {
    if (!(error instanceof DamagedEntry)) throw error;
    throw audioErrors.AUDIO_SOURCE_LOST({ source: shown(request.name) }, { cause: error });
  }
}
