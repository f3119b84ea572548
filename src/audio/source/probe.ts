import { audioErrors, shown } from '../errors.ts';
import { type OggEvent, OggOpusDemuxer } from '../ogg/demuxer.ts';
import type { OpusHead } from '../opus/headers.ts';
import { isTwentyMsPacket } from '../opus/toc.ts';
import type { ByteSource } from './open-bytes.ts';

/** Enough to tell text from audio, and an Ogg stream's first packets with a picture in its comments. */
const textProbeBytes = 512;
const oggProbeBytesMax = 262_144;

export interface Probe {
  /** `pass`: Ogg Opus whose packets are frames already. `decode`: work for ffmpeg. */
  way: 'pass' | 'decode';
  /** All bytes, those looked at included. */
  bytes: AsyncGenerator<Uint8Array>;
}

/** Throws AUDIO_NOT_AUDIO and AUDIO_PLAYLIST_REFUSED for what no decoder need look at. */
export async function probe(source: string, opened: ByteSource): Promise<Probe> {
  refuseType(source, opened.contentType);
  const iterator = opened.bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let seenBytes = 0;
  const ogg = new OggProbe();
  let way: Probe['way'] | undefined;
  while (!way) {
    const { value, done } = await iterator.next();
    if (done) break;
    seen.push(value);
    seenBytes += value.length;
    const start = Buffer.concat(seen.slice(0, 64)).subarray(0, textProbeBytes);
    if (start.subarray(0, 4).toString('latin1') === 'OggS') {
      way = ogg.push(value) ?? (seenBytes > oggProbeBytesMax ? 'decode' : undefined);
    } else if (seenBytes >= textProbeBytes || seen.length >= 64) way = 'decode';
  }
  if (seenBytes === 0) throw notAudio(source, 'it is empty');
  refuseText(source, Buffer.concat(seen).subarray(0, textProbeBytes));
  return { way: way ?? 'decode', bytes: replay(seen, iterator) };
}

/** Whether the packets of a link may be passed through as they are. */
export function isPassable(head: OpusHead | undefined): boolean {
  // A gain would be lost: it is the decoder at the far end that should apply it, and it never sees this head.
  return head !== undefined && head.channelCount <= 2 && head.mappingFamily === 0 && head.outputGain === 0;
}

class OggProbe {
  readonly #demuxer = new OggOpusDemuxer();
  #passable = false;

  push(chunk: Uint8Array): Probe['way'] | undefined {
    let way: Probe['way'] | undefined;
    this.#demuxer.push(chunk, (event: OggEvent) => {
      if (event.kind === 'track') this.#passable = isPassable(event.head);
      if (event.kind === 'foreign') way ??= 'decode';
      if (event.kind === 'packet')
        way ??= this.#passable && isTwentyMsPacket(event.payload) ? 'pass' : 'decode';
    });
    return way;
  }
}

function refuseType(source: string, contentType: string): void {
  if (/mpegurl|pls\+xml|x-scpls/.test(contentType))
    throw audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(source) });
  if (/^text\/html|^application\/xhtml/.test(contentType)) throw notAudio(source, 'it is a web page');
}

function refuseText(source: string, start: Buffer): void {
  const text = start
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .toLowerCase();
  if (text.startsWith('#extm3u') || text.startsWith('[playlist]'))
    throw audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(source) });
  if (/^<(!doctype|html|head|body|\?xml)/.test(text)) throw notAudio(source, 'it is a web page');
}

function notAudio(source: string, found: string) {
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(source), found });
}

async function* replay(seen: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* seen;
  seen.length = 0;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
