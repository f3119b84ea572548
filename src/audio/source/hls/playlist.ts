/** HLS playlists (RFC 8216) as far as sound needs them. Pure: text in, facts out. */
import type { AudioTrack } from '../../tracks/choice.ts';
import { parseSourceUrl } from '../fetch/source-url.ts';
import { attributesOf } from './attributes.ts';

export const segmentsMax = 20_000;
const variantsMax = 200;

export interface ByteRange {
  offset: number;
  length: number;
}

export interface Resource {
  url: URL;
  range: ByteRange | undefined;
}

export interface SegmentKey {
  url: URL;
  /** 16 bytes; absent: the media sequence number is used. */
  iv: Uint8Array | undefined;
}

export interface Segment extends Resource {
  sequence: number;
  durationMs: number;
  title: string;
  /** Timestamps or encoding restart. */
  discontinuity: boolean;
  /** What must precede it, for fragmented MP4. */
  map: Resource | undefined;
  key: SegmentKey | undefined;
}

export interface Variant {
  url: URL;
  bandwidth: number;
  codecs: string;
  audioGroup: string | undefined;
}

export interface Rendition extends AudioTrack {
  /** Absent: it is in the variant itself (§4.3.4.1). */
  url: URL | undefined;
  group: string;
  name: string;
}

export type Playlist =
  | { kind: 'master'; variants: Variant[]; audio: Rendition[] }
  | { kind: 'media'; targetMs: number; ended: boolean; segments: Segment[] };

/** The playlist can't be played; `reason` is for people. */
export class PlaylistRefused extends Error {
  override readonly name = 'PlaylistRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Throws PlaylistRefused, AUDIO_SCHEME_REFUSED and AUDIO_URL_INVALID. */
export function parsePlaylist(text: string, base: URL): Playlist {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines[0] !== '#EXTM3U') throw new PlaylistRefused('it doesn’t begin as a playlist');
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:'))
    ? parseMaster(lines, base)
    : new MediaReader(base).read(lines);
}

function parseMaster(lines: readonly string[], base: URL): Playlist {
  const variants: Variant[] = [];
  const audio: Rendition[] = [];
  lines.forEach((line, index) => {
    if (variants.length + audio.length >= variantsMax)
      throw new PlaylistRefused('it offers too many variants');
    if (line.startsWith('#EXT-X-STREAM-INF:')) variants.push(...variantsOf(line, lines[index + 1], base));
    if (line.startsWith('#EXT-X-MEDIA:')) audio.push(...renditionsOf(line, base));
  });
  return { kind: 'master', variants, audio };
}

/** One, whose address is the next line; none where that is no address. */
function variantsOf(line: string, next: string | undefined, base: URL): Variant[] {
  if (!next || next.startsWith('#')) return [];
  const attributes = attributesOf(line);
  return [
    {
      url: resolve(next, base),
      bandwidth: Number(attributes.get('BANDWIDTH')) || 0,
      codecs: attributes.get('CODECS') ?? '',
      audioGroup: attributes.get('AUDIO'),
    },
  ];
}

/** One, or none where it is not of audio. */
function renditionsOf(line: string, base: URL): Rendition[] {
  const attributes = attributesOf(line);
  if (attributes.get('TYPE') !== 'AUDIO') return [];
  const uri = attributes.get('URI');
  return [
    {
      url: uri ? resolve(uri, base) : undefined,
      group: attributes.get('GROUP-ID') ?? '',
      name: attributes.get('NAME') ?? '',
      isDefault: attributes.get('DEFAULT') === 'YES',
      isSpecial: /describes-(video|music)|enhances-speech/.test(attributes.get('CHARACTERISTICS') ?? ''),
    },
  ];
}

class MediaReader {
  readonly #base: URL;
  readonly #segments: Segment[] = [];
  #targetMs = 0;
  #sequence = 0;
  #ended = false;
  #durationMs: number | undefined;
  #title = '';
  #discontinuity = false;
  #range: ByteRange | undefined;
  #rangeEnd: { url: string; offset: number } | undefined;
  #map: Resource | undefined;
  #key: SegmentKey | undefined;

  constructor(base: URL) {
    this.#base = base;
  }

  read(lines: readonly string[]): Playlist {
    for (const line of lines) {
      if (line.startsWith('#')) this.#tag(line);
      else this.#segment(line);
    }
    if (this.#segments.length === 0 && this.#targetMs === 0)
      throw new PlaylistRefused('it names no segments');
    const longest = Math.max(this.#targetMs, 500, ...this.#segments.slice(-5).map((s) => s.durationMs));
    return { kind: 'media', targetMs: longest, ended: this.#ended, segments: this.#segments };
  }

  #tag(line: string): void {
    const [tag = '', value = ''] = line.split(/:(.*)/s, 2);
    if (tag === '#EXTINF') {
      const [seconds, title = ''] = value.split(/,(.*)/s, 2);
      this.#durationMs = Math.max(0, Number(seconds) * 1_000 || 0);
      this.#title = title.trim();
    } else if (tag === '#EXT-X-TARGETDURATION') this.#targetMs = Math.max(0, Number(value) * 1_000 || 0);
    else if (tag === '#EXT-X-MEDIA-SEQUENCE') this.#sequence = Math.max(0, Number.parseInt(value, 10) || 0);
    else if (tag === '#EXT-X-DISCONTINUITY') this.#discontinuity = true;
    else if (tag === '#EXT-X-ENDLIST') this.#ended = true;
    else if (tag === '#EXT-X-BYTERANGE') this.#range = rangeOf(value);
    else if (tag === '#EXT-X-MAP') this.#map = this.#mapOf(line);
    else if (tag === '#EXT-X-KEY') this.#key = this.#keyOf(line);
  }

  #segment(line: string): void {
    if (this.#durationMs === undefined) return;
    if (this.#segments.length >= segmentsMax) throw new PlaylistRefused('it names too many segments');
    const url = resolve(line, this.#base);
    this.#segments.push({
      url,
      range: this.#rangeIn(url),
      sequence: this.#sequence++,
      durationMs: this.#durationMs,
      title: this.#title,
      discontinuity: this.#discontinuity,
      map: this.#map,
      key: this.#key,
    });
    this.#durationMs = undefined;
    this.#range = undefined;
    this.#discontinuity = false;
  }

  /** A range without an offset follows the one before, in the same resource (§4.3.2.2). */
  #rangeIn(url: URL): ByteRange | undefined {
    if (!this.#range) return undefined;
    const { length, offset } = this.#range;
    const start = Number.isNaN(offset)
      ? this.#rangeEnd?.url === url.href
        ? this.#rangeEnd.offset
        : 0
      : offset;
    this.#rangeEnd = { url: url.href, offset: start + length };
    return { offset: start, length };
  }

  #mapOf(line: string): Resource {
    const attributes = attributesOf(line);
    const uri = attributes.get('URI');
    if (!uri) throw new PlaylistRefused('its segments lack their beginning');
    const range = attributes.get('BYTERANGE');
    const found = range === undefined ? undefined : rangeOf(range);
    return {
      url: resolve(uri, this.#base),
      range: found && { length: found.length, offset: found.offset || 0 },
    };
  }

  #keyOf(line: string): SegmentKey | undefined {
    const attributes = attributesOf(line);
    const method = attributes.get('METHOD');
    if (method === 'NONE') return undefined;
    const uri = attributes.get('URI');
    const format = attributes.get('KEYFORMAT') ?? 'identity';
    if (method !== 'AES-128' || format !== 'identity' || !uri)
      throw new PlaylistRefused('it is encrypted in a way that only its own players know');
    return { url: resolve(uri, this.#base), iv: ivOf(attributes.get('IV')) };
  }
}

function resolve(address: string, base: URL): URL {
  const url = parseSourceUrl(address, base);
  if (base.protocol === 'https:' && url.protocol === 'http:')
    throw new PlaylistRefused('it leads from https to http');
  return url;
}

/** `length[@offset]`; the offset is NaN where there is none. */
function rangeOf(text: string): ByteRange {
  const found = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text.trim());
  if (!found || Number(found[1]) === 0) throw new PlaylistRefused('it names bytes that can’t be');
  return { length: Number(found[1]), offset: Number(found[2] ?? Number.NaN) };
}

function ivOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const digits = /^0x([0-9a-f]{1,32})$/i.exec(text)?.[1];
  if (!digits) throw new PlaylistRefused('its keys make no sense');
  return new Uint8Array(Buffer.from(digits.padStart(32, '0'), 'hex'));
}
