/**
 * A file or an address as 20 ms Opus packets: Ogg and WebM Opus with such packets unchanged, everything else through
 * ffmpeg.
 *
 * prism-media is not used: its Ogg demuxer loses chained and continued streams, its WebM demuxer the last packet of a
 * BlockGroup, and its ffmpeg wrapper neither owns a process group nor bounds ffmpeg's messages.
 */

import { frameDurationMs } from '#contracts/audio.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../errors.ts';
import { codecParts } from '../ogg/codec-parts.ts';
import type { OpusTags } from '../opus/headers.ts';
import {
  artifactName,
  artifactTitle,
  openArtifact,
  type SoundArtifacts,
  soundArtifact,
} from './artifact-source.ts';
import { type FileIdentity, keyOf } from './cache/entry.ts';
import { openCached } from './cache/open-cached.ts';
import type { OpusCache } from './cache/opus-cache.ts';
import type { Collection } from './collection.ts';
import type { SourceFacts, SourceFrame, SourceRequest } from './contract.ts';
import type { FetcherInit } from './fetch/asking.ts';
import type { Encoding } from './ffmpeg/arguments.ts';
import { type TranscodeComponents, transcode } from './ffmpeg/transcode.ts';
import { heardTrack } from './heard-track.ts';
import { LibraryFolders, type LibraryFoldersInit } from './library-folders.ts';
import { parseList } from './lists/list.ts';
import { openMirrors } from './lists/open-mirrors.ts';
import { isProgramme, readListText, resolveRemoteList } from './lists/remote-list.ts';
import { eachDecoded, withLinkTitles } from './ogg-links.ts';
import { type ByteSource, identifyFile, openAddress, openFile } from './open-bytes.ts';
import type { Opening } from './opened-source.ts';
import { NeedsDecoding, passThrough } from './pass-through.ts';
import { demuxerOf, type Probe, probe } from './probe.ts';
import { TimedTitles } from './timed-titles.ts';
import { ToldTags } from './told-tags.ts';

export interface StreamComponents extends TranscodeComponents {
  /** They exist once every service does. */
  artifacts: () => SoundArtifacts;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Absent: nothing that was decoded is kept. */
  cache?: OpusCache | undefined;
}

export interface StreamInit extends FetcherInit, LibraryFoldersInit {
  bitrateKbps: number;
}

interface Way {
  /** A library file's name, an address, or a content id. */
  source: string;
  kind: 'file' | 'address' | 'artifact';
  /** Decode even what could be passed through. */
  decode: boolean;
  /** Another track than the one its maker chose; it is decoded. */
  track?: number;
}

/** What lists at an address need from the part that knows all sources. */
export interface Lists {
  /** Throws AUDIO_PLAYLIST_REFUSED for a list that has led to itself, and for one nested too deeply. */
  listsWith: (list: string, request: SourceRequest) => readonly string[];
  /** Plays its entries one after another. */
  playList: (
    list: string,
    collection: Collection,
    request: SourceRequest,
    signal: AbortSignal,
  ) => Promise<Opening>;
}

/** Opens a file of the library, or an address and what a list there leads to. */
export class StreamOpener {
  readonly #lists: Lists;
  readonly #components: StreamComponents;
  readonly #init: StreamInit;
  readonly #library: LibraryFolders;

  constructor(components: StreamComponents & Lists, init: StreamInit) {
    this.#components = components;
    this.#lists = components;
    this.#init = init;
    this.#library = new LibraryFolders(init);
  }

  async file(request: SourceRequest, signal: AbortSignal): Promise<Opening> {
    const way = this.#way(request, 'file', request.name);
    const identify = () => identifyFile(this.#library.of(request.owner), way.source);
    return this.#fromCache(request, way, identify, signal);
  }

  async artifact(request: SourceRequest, cid: string, signal: AbortSignal): Promise<Opening> {
    const identify = async () => {
      const info = await soundArtifact(this.#components.artifacts(), { ...request, cid });
      const identity = { path: artifactName(cid), sizeBytes: info.sizeBytes, modifiedNs: 0n };
      return { identity, title: artifactTitle(info) };
    };
    return this.#fromCache(request, this.#way(request, 'artifact', cid), identify, signal);
  }

  address(request: SourceRequest, url: URL, signal: AbortSignal): Promise<Opening> {
    return this.#open(request, this.#way(request, 'address', url.href), signal);
  }

  #way({ loudnessLufs }: SourceRequest, kind: Way['kind'], source: string): Way {
    return { source, kind, decode: loudnessLufs !== undefined };
  }

  /** `identify` also checks that the file may be opened, as opening it does. */
  async #fromCache(
    request: SourceRequest,
    way: Way,
    identify: () => Promise<{ identity: FileIdentity; title: string }>,
    signal: AbortSignal,
  ): Promise<Opening> {
    const open = (wanted: SourceRequest) => this.#open(wanted, way, signal);
    const { cache } = this.#components;
    if (!cache) return open(request);
    const { identity, title } = await identify();
    return openCached(cache, request, { key: keyOf(identity, this.#encoding(request)), title, open });
  }

  async #open(request: SourceRequest, way: Way, signal: AbortSignal): Promise<Opening> {
    const opened = await this.#bytes(request, way, signal);
    const stop = new AbortController();
    const close = () => {
      signal.removeEventListener('abort', close);
      stop.abort();
      opened.close();
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      signal.throwIfAborted();
      const found = await probe(way.source, opened);
      if (found.way === 'playlist') {
        const led = await this.#follow(request, way, opened, found.bytes, signal);
        close();
        return led;
      }
      const passed = found.way === 'pass' && !way.decode;
      const skipMs = skippedMs(request, opened);
      const tags = new ToldTags(request, opened.pace);
      if (!passed) await this.#components.ffmpeg.check(stop.signal);
      const packets =
        found.way === 'pass' && passed
          ? passThrough(demuxerOf(found.container), found.bytes, (heard) => tags.heard(heard, true))
          : this.#transcode(
              request,
              { ...found, track: way.track ?? found.track, skipMs, tags },
              stop.signal,
            );
      const facts = { title: opened.title, pace: opened.pace, passedThrough: passed };
      const skipCount = passed ? Math.round(skipMs / frameDurationMs) : 0;
      const chosen = { facts, frames: framed(packets, skipCount), close };
      const first =
        way.track === undefined && found.tracks.length > 1
          ? this.#withTrackHeard(request, way, chosen, found.tracks, signal)
          : chosen;
      return this.#openingOf(request, way, first, signal);
    } catch (error) {
      close();
      signal.throwIfAborted();
      throw error;
    }
  }

  /** Another track, where the chosen one stays silent. */
  #withTrackHeard(
    request: SourceRequest,
    way: Way,
    first: Opening,
    [silent = 0, ...others]: readonly number[],
    signal: AbortSignal,
  ): Opening {
    let notice: GuildmeshError | undefined;
    const { logger } = this.#components;
    const onOther = (track: number) => {
      const details = { source: shown(request.name), silent: silent + 1, heard: track + 1 };
      notice = audioErrors.AUDIO_TRACK_SILENT(details);
      logger.warn({ err: notice }, 'another track is heard');
    };
    const open = (track: number) => this.#open(request, { ...way, decode: true, track }, signal);
    const frames = heardTrack(this.#components, { first, others, open, onOther }, signal);
    return { facts: { ...first.facts, notice: () => notice }, frames, close: () => first.close() };
  }

  async #bytes(request: SourceRequest, way: Way, signal: AbortSignal): Promise<ByteSource> {
    const { owner, startAtMs } = request;
    if (way.kind === 'file') return openFile(this.#library.of(owner), way.source, startAtMs);
    if (way.kind === 'address') {
      const place = { source: way.source, startAtMs };
      return openAddress(this.#components, this.#init, place, told(request), signal);
    }
    const artifacts = this.#components.artifacts();
    const info = await soundArtifact(artifacts, { ...request, cid: way.source });
    return openArtifact(artifacts, info, startAtMs);
  }

  #transcode(
    request: SourceRequest,
    { bytes, formats, isOgg, isSeekable, skipMs, tags, track }: Probe & { skipMs: number; tags: ToldTags },
    signal: AbortSignal,
  ) {
    const titles = new TimedTitles(told(request));
    const heard = isOgg ? withLinkTitles(bytes, titles) : bytes;
    const skip = { ms: skipMs, isSeekable };
    const input = { source: request.name, owner: request.owner, track, formats, skip };
    const onTags = (heard: OpusTags) => tags.heard(heard, false);
    const encoding = this.#encoding(request);
    const decoded = (part: AsyncGenerator<Uint8Array>) =>
      transcode(this.#components, { ...input, bytes: part, onTags, encoding }, signal);
    return titles.with(isOgg ? eachDecoded(codecParts(heard), decoded) : decoded(heard));
  }

  #encoding({ loudnessLufs }: SourceRequest): Encoding {
    return { bitrateKbps: this.#init.bitrateKbps, loudnessLufs };
  }

  async #follow(
    request: SourceRequest,
    way: Way,
    { title, url }: ByteSource,
    bytes: AsyncGenerator<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Opening> {
    const refused = (reason: string) =>
      audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(request.name), reason });
    if (!url) throw refused('a list in the library must be called .m3u, .m3u8, .pls, .xspf or .asx');
    const text = await readListText(bytes, refused);
    if (/^#EXT-X-/m.test(text)) {
      const input = {
        name: request.name,
        owner: request.owner,
        encoding: this.#encoding(request),
        onTitle: told(request),
      };
      // Loaded late, like all code that fetches.
      const { openHls } = await import('./hls/open-hls.ts');
      return openHls(this.#components, this.#init, { ...input, url, text }, signal);
    }
    const lists = this.#lists.listsWith(url.href, request);
    const list = parseList(text);
    const { items, leftOut } = resolveRemoteList(list, url);
    if (items.length === 0)
      throw refused(
        leftOut.firstReason ? `none of it can be fetched; ${leftOut.firstReason}` : 'it names no address',
      );
    if (isProgramme(list.kind, list.entries))
      return this.#lists.playList(url.href, { title, items, leftOut: leftOut.view }, request, signal);
    const { openTimeoutMs } = this.#init;
    const addresses = items.flatMap(({ name, others = [] }) => [name, ...others]);
    const open = (source: string, attempt: AbortSignal) =>
      this.#open({ ...request, lists }, { ...way, source }, attempt);
    return openMirrors(this.#components.clock, { addresses, leftOut, openTimeoutMs, open }, signal);
  }

  /** Continues through the decoder when packets stop being frames: at the same place, where the source can. */
  #openingOf(request: SourceRequest, way: Way, first: Opening, signal: AbortSignal): Opening {
    let current = first;
    const open = () => this.#open(request, { ...way, decode: true }, signal);
    async function* frames(): AsyncGenerator<SourceFrame, void, void> {
      let givenCount = 0;
      try {
        for await (const frame of first.frames) {
          givenCount++;
          yield frame;
        }
        return;
      } catch (error) {
        if (!(error instanceof NeedsDecoding)) throw error;
      }
      first.close();
      current = await open();
      let heardCount = first.facts.pace === 'file' ? givenCount : 0;
      for await (const frame of current.frames) if (heardCount-- <= 0) yield frame;
    }
    const facts: SourceFacts = { ...first.facts, notice: () => current.facts.notice?.() };
    return { facts, frames: frames(), close: () => current.close() };
  }
}

function told(request: SourceRequest) {
  return (title: string) => request.onEvent({ kind: 'title', title });
}

async function* framed(
  packets: AsyncIterable<Uint8Array>,
  skipCount: number,
): AsyncGenerator<SourceFrame, void, void> {
  let skip = skipCount;
  for await (const payload of packets) if (skip-- <= 0) yield { payload };
}

/** What precedes the time at which a file is to begin; live sound begins where it is. */
function skippedMs({ startAtMs = 0 }: SourceRequest, { pace, startedAtMs = 0 }: ByteSource): number {
  return pace === 'file' ? Math.max(0, startAtMs - startedAtMs) : 0;
}
