import { pageChecksum } from './checksum.ts';

/** RFC 3533 §6: 27 bytes, up to 255 lacing values, each for up to 255 bytes. */
export const pageBytesMax = 27 + 255 + 255 * 255;

/** Views into the reader's buffer: valid only during the call. */
export interface OggPage {
  serial: number;
  pageSequence: number;
  granule: bigint;
  continued: boolean;
  first: boolean;
  last: boolean;
  lacing: Uint8Array;
  body: Uint8Array;
  /** Bytes were skipped since the previous page, so an unfinished packet is incomplete. */
  afterDamage: boolean;
}

const headerBytes = 27;
const capture = Buffer.from('OggS');

/**
 * Finds pages in bytes that come in chunks of any size. Starts anywhere, accepts only pages whose checksum is right,
 * and looks for the next capture pattern after damage. Holds at most one page.
 */
export class OggPageReader {
  /** Pages with a capture pattern whose version or checksum was wrong. */
  damagedPageCount = 0;
  skippedBytes = 0;
  readonly #buffer = Buffer.allocUnsafe(pageBytesMax);
  #filled = 0;
  #damaged = false;

  push(chunk: Uint8Array, onPage: (page: OggPage) => void): void {
    let taken = 0;
    while (taken < chunk.length) {
      const part = chunk.subarray(taken, taken + pageBytesMax - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      this.#keepFrom(this.#readPages(onPage));
    }
  }

  get heldBytes(): number {
    return this.#filled;
  }

  /** Returns where the unread rest starts. A whole page always fits the buffer, so the rest always shrinks. */
  #readPages(onPage: (page: OggPage) => void): number {
    let at = 0;
    for (;;) {
      const found = this.#buffer.subarray(0, this.#filled).indexOf(capture, at);
      if (found < 0) return this.#skip(at, Math.max(at, this.#filled - capture.length + 1));
      at = this.#skip(at, found);
      const end = this.#pageEnd(at);
      if (end === undefined) return at;
      if (end < 0 || !this.#isSound(at, end)) {
        this.damagedPageCount++;
        at = this.#skip(at, at + capture.length);
        continue;
      }
      onPage(this.#page(at, end));
      this.#damaged = false;
      at = end;
    }
  }

  /** Undefined: more bytes are needed. Negative: not a page. */
  #pageEnd(at: number): number | undefined {
    if (this.#filled - at < headerBytes) return undefined;
    if (this.#buffer.readUInt8(at + 4) !== 0) return -1;
    const bodyAt = at + headerBytes + this.#buffer.readUInt8(at + 26);
    if (bodyAt > this.#filled) return undefined;
    let end = bodyAt;
    for (let i = at + headerBytes; i < bodyAt; i++) end += this.#buffer.readUInt8(i);
    return end <= this.#filled ? end : undefined;
  }

  #isSound(at: number, end: number): boolean {
    return pageChecksum(this.#buffer, at, end) === this.#buffer.readUInt32LE(at + 22);
  }

  #page(at: number, end: number): OggPage {
    const flags = this.#buffer.readUInt8(at + 5);
    const bodyAt = at + headerBytes + this.#buffer.readUInt8(at + 26);
    return {
      serial: this.#buffer.readUInt32LE(at + 14),
      pageSequence: this.#buffer.readUInt32LE(at + 18),
      granule: this.#buffer.readBigInt64LE(at + 6),
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      lacing: this.#buffer.subarray(at + headerBytes, bodyAt),
      body: this.#buffer.subarray(bodyAt, end),
      afterDamage: this.#damaged,
    };
  }

  #skip(from: number, to: number): number {
    if (to > from) {
      this.skippedBytes += to - from;
      this.#damaged = true;
    }
    return to;
  }

  #keepFrom(start: number): void {
    this.#buffer.copyWithin(0, start, this.#filled);
    this.#filled -= start;
  }
}
