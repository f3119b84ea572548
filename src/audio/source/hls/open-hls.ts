import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../../errors.ts';
import type { SourceFrame } from '../contract.ts';
import type { FetcherInit } from '../fetch/asking.ts';
import type { Encoding } from '../ffmpeg/arguments.ts';
import { type TranscodeComponents, transcode } from '../ffmpeg/transcode.ts';
import type { Opening } from '../opened-source.ts';
import { HlsFetcher } from './hls-fetcher.ts';
import { type Playlist, PlaylistRefused, parsePlaylist } from './playlist.ts';
import { type ProgrammePart, programmeParts } from './programme-parts.ts';
import { type MediaPlaylist, SegmentFeed } from './segment-feed.ts';
import { soundOf } from './variant.ts';

export interface HlsComponents extends TranscodeComponents {
  clock: Clock;
}

export interface HlsRequest {
  name: string;
  owner: string;
  encoding: Encoding;
  onTitle: (title: string) => void;
  /** Where the playlist came from, and what it says. */
  url: URL;
  text: string;
}

/**
 * An HLS station or recording. Nothing a playlist names is opened by ffmpeg: segments and keys come through our own
 * fetcher, within a budget of requests, and only their bytes go to its stdin.
 */
export async function openHls(
  components: HlsComponents,
  init: FetcherInit,
  request: HlsRequest,
  signal: AbortSignal,
): Promise<Opening> {
  await components.ffmpeg.check(signal);
  const fetcher = new HlsFetcher(components, init);
  const stop = new AbortController();
  const close = () => {
    signal.removeEventListener('abort', close);
    stop.abort();
    fetcher.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    signal.throwIfAborted();
    const first = parsePlaylist(request.text, request.url);
    const media = await mediaOf(fetcher, request.url, first, stop.signal);
    const feed = new SegmentFeed(components.clock, fetcher, { url: media.url, first: media.playlist });
    const title = `${request.url.host}${request.url.pathname}`;
    const pace = media.playlist.ended ? ('file' as const) : ('stream' as const);
    const frames = framesOf(
      components,
      request,
      programmeParts(feed, fetcher, request.onTitle, stop.signal),
      feed,
      stop.signal,
    );
    return { facts: { title, pace, passedThrough: false }, frames, close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw known(request, error);
  }
}

/** A master playlist leads to one media playlist, and no further. */
async function mediaOf(
  fetcher: HlsFetcher,
  url: URL,
  playlist: Playlist,
  signal: AbortSignal,
): Promise<{ url: URL; playlist: MediaPlaylist }> {
  if (playlist.kind === 'media') return { url, playlist };
  const chosen = soundOf(playlist);
  if (!chosen) throw new PlaylistRefused('it offers nothing to play');
  if (chosen.href === url.href) throw new PlaylistRefused('it names itself');
  const media = await fetcher.playlist(chosen, signal);
  if (media.kind !== 'media') throw new PlaylistRefused('it leads to another list of playlists');
  return { url: chosen, playlist: media };
}

async function* framesOf(
  components: HlsComponents,
  request: HlsRequest,
  parts: AsyncIterable<ProgrammePart>,
  feed: SegmentFeed,
  signal: AbortSignal,
): AsyncGenerator<SourceFrame, void, void> {
  const { name: source, owner, encoding } = request;
  let everGave = false;
  try {
    for await (const { bytes, titles } of parts) {
      try {
        const input = { source, owner, bytes, formats: 'segments', encoding } as const;
        for await (const payload of titles.with(transcode(components, input, signal))) {
          everGave = true;
          yield { payload };
        }
      } catch (error) {
        // A part without sound, such as a notice between two programmes, is no reason to give up the rest.
        const isSilent =
          isGuildmeshError(error, 'AUDIO_NOT_AUDIO') || isGuildmeshError(error, 'AUDIO_CODEC_CLOSED');
        // Of segments that never came the decoder knows nothing.
        if (!everGave && isSilent && feed.failure) throw feed.failure;
        if (!everGave || !isSilent) throw error;
      }
    }
  } catch (error) {
    throw known(request, error);
  }
}

function known(request: HlsRequest, error: unknown): unknown {
  return error instanceof PlaylistRefused
    ? audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(request.name), reason: error.reason })
    : error;
}
