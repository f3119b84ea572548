import type { Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../../errors.ts';
import type { SourceFrame } from '../contract.ts';
import type { FetcherInit } from '../fetch/asking.ts';
import type { Encoding } from '../ffmpeg/arguments.ts';
import { type TranscodeComponents, transcode } from '../ffmpeg/transcode.ts';
import { heardTrack } from '../heard-track.ts';
import type { Opening } from '../opened-source.ts';
import { HlsFetcher } from './hls-fetcher.ts';
import { type Playlist, PlaylistRefused, parsePlaylist } from './playlist.ts';
import { type ProgrammePart, programmeParts } from './programme-parts.ts';
import { SegmentFeed } from './segment-feed.ts';
import { type Sound, soundsOf } from './variant.ts';

export interface HlsComponents extends TranscodeComponents {
  clock: Clock;
  logger: Logger;
}

export interface HlsRequest {
  name: string;
  owner: string;
  encoding: Encoding;
  onTitle: (title: string) => void;
  /** The playlist's address, and its content. */
  url: URL;
  text: string;
}

/**
 * An HLS station or recording. ffmpeg opens nothing that a playlist names: segments and keys come through our own
 * fetcher, within a budget of requests, and only their bytes go to its stdin. A master playlist leads to one media
 * playlist, and no further; where that is silent, to the next of its renditions.
 */
export async function openHls(
  components: HlsComponents,
  init: FetcherInit,
  request: HlsRequest,
  signal: AbortSignal,
): Promise<Opening> {
  await components.ffmpeg.check(signal);
  const open = (url: URL, playlist?: Playlist) =>
    openMedia(components, init, { ...request, url }, playlist, signal);
  try {
    signal.throwIfAborted();
    const playlist = parsePlaylist(request.text, request.url);
    if (playlist.kind === 'media') return await open(request.url, playlist);
    const sounds = soundsOf(playlist).filter(({ url }) => url.href !== request.url.href);
    const [chosen] = sounds;
    if (!chosen)
      throw new PlaylistRefused(
        soundsOf(playlist).length > 0 ? 'it names itself' : 'it offers nothing to play',
      );
    const first = await open(chosen.url);
    return sounds.length > 1 ? withSoundHeard(components, request, { first, sounds, open }, signal) : first;
  } catch (error) {
    signal.throwIfAborted();
    throw known(request, error);
  }
}

async function openMedia(
  components: HlsComponents,
  init: FetcherInit,
  request: HlsRequest,
  known: Playlist | undefined,
  signal: AbortSignal,
): Promise<Opening> {
  const { url } = request;
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
    const media = known ?? (await fetcher.playlist(url, stop.signal));
    if (media.kind !== 'media') throw new PlaylistRefused('it leads to another list of playlists');
    const feed = new SegmentFeed(components.clock, fetcher, { url, first: media });
    const title = `${url.host}${url.pathname}`;
    const pace = media.ended ? ('file' as const) : ('stream' as const);
    const parts = programmeParts(feed, fetcher, request.onTitle, stop.signal);
    const frames = framesOf(components, request, parts, feed, stop.signal);
    return { facts: { title, pace, passedThrough: false }, frames, close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Choice {
  /** The first of them, open. */
  first: Opening;
  sounds: readonly Sound[];
  open: (url: URL) => Promise<Opening>;
}

/** Another rendition, where the one that players choose by default stays silent. */
function withSoundHeard(
  components: HlsComponents,
  { name, url }: HlsRequest,
  { first, open, sounds }: Choice,
  signal: AbortSignal,
): Opening {
  let notice: GuildmeshError | undefined;
  const soundAt = (index: number): Sound => {
    const sound = sounds[index];
    if (!sound) throw new RangeError(`no rendition ${index}`);
    return sound;
  };
  const onOther = (index: number) => {
    const details = { source: shown(name), silent: soundAt(0).name, heard: soundAt(index).name };
    notice = audioErrors.AUDIO_RENDITION_SILENT(details);
    components.logger.warn({ err: notice }, 'another rendition is heard');
  };
  const others = sounds.slice(1).map((_, index) => index + 1);
  const openAt = (index: number) => open(soundAt(index).url);
  // For a live station, each of them gives the current moment.
  const init = { first, others, open: openAt, onOther, isLive: first.facts.pace !== 'file' };
  const facts = { ...first.facts, title: `${url.host}${url.pathname}`, notice: () => notice };
  return { facts, frames: heardTrack(components, init, signal), close: () => first.close() };
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
        // The decoder knows nothing of segments that never came.
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
