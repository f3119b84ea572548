import { audioErrors, shown } from '../errors.ts';
import { Mp4TrackReader } from '../mp4/track-reader.ts';
import { OggOpusDemuxer } from '../ogg/demuxer.ts';
import type { OpusHead } from '../opus/headers.ts';
import type { OpusDemuxer } from '../opus/stream-event.ts';
import { isTwentyMsPacket } from '../opus/toc.ts';
import { tracksByChoice } from '../tracks/choice.ts';
import { WebmOpusDemuxer } from '../webm/demuxer.ts';
import type { InputFormats, WantedTrack } from './ffmpeg/arguments.ts';
import { looksLikeList } from './lists/remote-list.ts';
import type { ByteSource } from './open-bytes.ts';
import { whyNotDecoded } from './why-silent.ts';

/** Enough to distinguish text from audio, and for a container's first packets with a picture in its comments. */
const textProbeBytes = 512;
/** A page's title comes further down. */
const pageProbeBytes = 4_096;
/** Packets of MPEG-TS: alone, after a time code (Blu-ray, cameras), before a checksum (DVB). */
const packetLengths = [188, 192, 204];
const otherMagics = /^(?:RIFF|RF64|FORM|fLaC|OggS|ID3)/;
const containerProbeBytesMax = 262_144;
/** For an MP4's index, in which each sample of a film has its entry: a film of some hours fits. */
const indexBytesMax = 8 * 1_048_576;
/** However small they are: a source that comes byte by byte must not be held on to. */
const chunksMax = 1_024;

export type Container = 'ogg' | 'webm';

export type Probe = {
  /** All bytes, including those that were examined. */
  bytes: AsyncGenerator<Uint8Array>;
  /** The track to hear. */
  track?: WantedTrack | undefined;
  /** Tracks that may be heard, the chosen one first; empty where they aren't known. */
  tracks: readonly number[];
  isOgg: boolean;
  /** ffmpeg goes to a place in it without decoding what precedes it. */
  isSeekable: boolean;
  /** Formats that a decoder may assume. */
  formats: InputFormats;
} & (
  | /** Opus whose packets already are frames. */ { way: 'pass'; container: Container }
  | /** For ffmpeg to decode. */ { way: 'decode' }
  | /** Text that names what to fetch. */ { way: 'playlist' }
);

const magics: readonly [Container, Buffer][] = [
  ['ogg', Buffer.from('OggS')],
  ['webm', Buffer.of(0x1a, 0x45, 0xdf, 0xa3)],
];

export function demuxerOf(container: Container): OpusDemuxer {
  return container === 'ogg' ? new OggOpusDemuxer() : new WebmOpusDemuxer();
}

/** Throws AUDIO_NOT_AUDIO for input that no decoder can read. */
export async function probe(source: string, opened: ByteSource): Promise<Probe> {
  const iterator = opened.bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  const look = new Look();
  while (!look.verdict && seen.length < chunksMax) {
    const { value, done } = await iterator.next();
    if (done) break;
    if (value.length === 0) continue;
    seen.push(value);
    look.at(value);
  }
  const bytes = replay(seen, iterator);
  const text = startOf(seen);
  const start = Buffer.concat(seen.slice(0, textProbeBytes)).subarray(0, textProbeBytes);
  if (looksLikeList(start, opened.contentType))
    return { way: 'playlist', tracks: [], isOgg: false, isSeekable: false, bytes, formats: 'any' };
  const refused = whyNotDecoded({ source, start: Buffer.concat(seen).subarray(0, pageProbeBytes) });
  if (refused) throw refused;
  if (isLabelledPage(text, opened.contentType)) throw notAudio(source, 'it is text, sent as a web page');
  const formats = isTransportStream(Buffer.concat(seen)) ? 'transport' : 'any';
  const { isOgg, track, tracks } = look;
  const isSeekable = look.isSeekable || /^RIFF/.test(start.toString('latin1', 0, 4));
  return { ...(look.verdict ?? { way: 'decode' }), track, tracks, isOgg, isSeekable, formats, bytes };
}

/** Whether the packets of a link may be passed through unchanged. */
export function isPassable(head: OpusHead | undefined): boolean {
  // A gain would be lost: the decoder at the far end would have to apply it, and never sees this head.
  return head !== undefined && head.channelCount <= 2 && head.mappingFamily === 0 && head.outputGain === 0;
}

type Verdict = { way: 'pass'; container: Container } | { way: 'decode' };

/** Examines the bytes as they come until it recognises them. */
class Look {
  verdict: Verdict | undefined;
  #start: Buffer = Buffer.alloc(0);
  #seenBytes = 0;
  #container: Container | undefined;
  #demuxer: OpusDemuxer | undefined;
  #index: Mp4TrackReader | undefined;
  #passable = false;

  at(chunk: Uint8Array): void {
    this.#seenBytes += chunk.length;
    if (this.#container) this.#demux(this.#container, chunk);
    else if (this.#index) this.#readIndex(this.#index, chunk);
    else this.#begin(chunk);
  }

  get isOgg(): boolean {
    return this.#container === 'ogg';
  }

  get isSeekable(): boolean {
    return this.#index?.isWhole === true;
  }

  /** Where a file may have several tracks and doesn't list them in time, ffmpeg chooses. */
  get track(): WantedTrack | undefined {
    const mayHaveSeveral = this.#container === 'webm' || this.#index !== undefined;
    return mayHaveSeveral ? (this.tracks[0] ?? 'default') : undefined;
  }

  get tracks(): readonly number[] {
    return tracksByChoice(this.#demuxer?.audioTracks ?? this.#index?.tracks ?? []);
  }

  #begin(chunk: Uint8Array): void {
    this.#start = Buffer.concat([this.#start, chunk]);
    if (this.#start.length < 4) return;
    this.#container = magics.find(([, magic]) => this.#start.subarray(0, 4).equals(magic))?.[0];
    if (this.#container) this.#demux(this.#container, this.#start);
    else if (isMp4(this.#start)) {
      this.#index = new Mp4TrackReader();
      this.#readIndex(this.#index, this.#start);
    } else if (this.#start.length >= textProbeBytes) this.verdict = { way: 'decode' };
  }

  #readIndex(index: Mp4TrackReader, chunk: Uint8Array): void {
    index.push(chunk);
    if (index.tracks !== undefined || this.#seenBytes > indexBytesMax) this.verdict = { way: 'decode' };
  }

  #demux(container: Container, chunk: Uint8Array): void {
    this.#demuxer ??= demuxerOf(container);
    this.#demuxer.push(chunk, (event) => {
      if (event.kind === 'track') this.#passable = isPassable(event.head);
      else if (event.kind === 'foreign') this.verdict ??= { way: 'decode' };
      else
        this.verdict ??=
          this.#passable && isTwentyMsPacket(event.payload) ? { way: 'pass', container } : { way: 'decode' };
    });
    if (this.#seenBytes > containerProbeBytesMax) this.verdict ??= { way: 'decode' };
  }
}

function isMp4(start: Buffer): boolean {
  return /^(ftyp|moov)$/.test(start.toString('latin1', 4, 8));
}

/** ISO/IEC 13818-1: each packet begins with 0x47; a radio may be joined in the middle of one. */
function isTransportStream(start: Buffer): boolean {
  // In a file of samples a tone may repeat any byte at any distance.
  if (isMp4(start) || otherMagics.test(start.toString('latin1', 0, 4))) return false;
  return packetLengths.some((length) => {
    for (let at = 0; at < length && at + 2 * length < start.length; at++)
      if ([0, 1, 2, 3, 4].every((index) => (start[at + index * length] ?? 0x47) === 0x47)) return true;
    return false;
  });
}

function startOf(seen: readonly Uint8Array[]): string {
  return Buffer.concat(seen.slice(0, textProbeBytes))
    .subarray(0, textProbeBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .toLowerCase();
}

/** Stations label sound `text/html`, too: the label counts only for bytes that read as text. */
function isLabelledPage(text: string, contentType: string): boolean {
  return /^text\/html|^application\/xhtml/.test(contentType) && !/[^\P{Cc}\t\n\r]/u.test(text);
}

function notAudio(source: string, found: string) {
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(source), found });
}

async function* replay(seen: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* seen;
  seen.length = 0;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
