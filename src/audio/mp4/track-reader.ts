import type { AudioTrack } from '../tracks/choice.ts';
import { readBoxHeader } from './boxes.ts';

/** Boxes whose content is read as further boxes; all others are skipped, however large they are. */
const entered: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'udta']);
const collected: ReadonlySet<string> = new Set(['tkhd', 'hdlr', 'kind']);
const collectedBytesMax = 4_096;
const nothing = Buffer.alloc(0);

/** DASH roles (ISO/IEC 23009-1) of tracks that are for some listeners only. */
const specialRoles = /^(commentary|description|enhanced-audio-intelligibility)$/;
const roleScheme = 'urn:mpeg:dash:role:2011';

type Trak = AudioTrack & { isSound: boolean };

/**
 * The audio tracks of an MP4, in the order of the file, out of bytes in chunks of any size. Holds one small box. The
 * index must precede the sound: the tracks of a file with the index at its end stay unknown.
 */
export class Mp4TrackReader {
  /** Set once the whole index was read; null: it can't be read, or comes after the sound. */
  tracks: readonly AudioTrack[] | null | undefined;
  /** The index names every sample: no fragments with indexes of their own follow. §8.8.1. */
  isWhole = true;
  readonly #traks: Trak[] = [];
  #held: Buffer = nothing;
  #skipBytes = 0;
  /** Positions in the file: where the held bytes begin, and where the index ends. */
  #at = 0;
  #indexEnd = Number.POSITIVE_INFINITY;

  push(chunk: Uint8Array): void {
    if (this.tracks !== undefined) return;
    const skipped = Math.min(this.#skipBytes, chunk.length);
    this.#skipBytes -= skipped;
    this.#at += skipped;
    if (skipped < chunk.length) this.#held = Buffer.concat([this.#held, chunk.subarray(skipped)]);
    while (this.tracks === undefined && this.#skipBytes === 0 && this.#box());
    if (this.tracks !== undefined) this.#held = nothing;
  }

  /** Reads one box, or the header of one that is entered. False: more bytes are needed. */
  #box(): boolean {
    if (this.#at >= this.#indexEnd) return this.#known(this.#traks.filter(({ isSound }) => isSound));
    const header = readBoxHeader(this.#held, 0);
    if (header === undefined) return false;
    if (header === null || header.type === 'mdat' || header.type === 'moof') return this.#known(null);
    const { headerBytes, sizeBytes, type } = header;
    if (type === 'mvex') this.isWhole = false;
    if (type === 'moov') this.#indexEnd = this.#at + sizeBytes;
    if (type === 'trak') this.#traks.push({ isSound: false, isDefault: false, isSpecial: false });
    if (entered.has(type)) return this.#passed(headerBytes);
    if (!collected.has(type) || sizeBytes > collectedBytesMax) return this.#passed(sizeBytes);
    if (sizeBytes > this.#held.length) return false;
    this.#take(type, this.#held.subarray(headerBytes, sizeBytes));
    return this.#passed(sizeBytes);
  }

  #take(type: string, content: Buffer): void {
    const trak = this.#traks.at(-1);
    if (!trak) return;
    // Version and flags, then the content: §8.3.2, §8.4.3, §8.10.4.
    if (type === 'tkhd') trak.isDefault = ((content[3] ?? 0) & 1) === 1;
    else if (type === 'hdlr') trak.isSound ||= content.toString('latin1', 8, 12) === 'soun';
    else {
      const [scheme = '', role = ''] = content.toString('latin1', 4).split('\0');
      if (scheme === roleScheme) trak.isSpecial ||= specialRoles.test(role);
    }
  }

  #passed(bytes: number): boolean {
    const here = Math.min(bytes, this.#held.length);
    this.#held = this.#held.subarray(here);
    this.#skipBytes = bytes - here;
    this.#at += here;
    return true;
  }

  #known(tracks: readonly AudioTrack[] | null): boolean {
    this.tracks = tracks;
    return false;
  }
}
