import {
  isOpusHead,
  isOpusTags,
  type OpusHead,
  type OpusTags,
  parseOpusHead,
  parseOpusTags,
} from '../opus/headers.ts';
import type { OpusDemuxer, OpusStreamEvent } from '../opus/stream-event.ts';
import { PacketAssembler } from './packet-assembler.ts';
import { type OggPage, OggPageReader } from './page-reader.ts';

/** Serials of other codecs in the same file that are remembered as foreign. */
const foreignSerialsMax = 16;

interface Link {
  serial: number;
  head: OpusHead | undefined;
  announced: boolean;
  ended: boolean;
  assembler: PacketAssembler;
}

/**
 * Ogg Opus out of bytes in chunks of any size: chained links (each track of a radio is one), packets continued over
 * pages, a start in mid-stream, garbage between pages. Never throws for its input; holds at most one page and one
 * unfinished packet, 128 KiB.
 *
 * Every packet is passed on, including those covered by pre-skip and by the trim at the end: frames stay whole, and the
 * few milliseconds a decoder would have cut are inaudible lead-in and padding.
 */
export class OggOpusDemuxer implements OpusDemuxer {
  readonly #pages = new OggPageReader();
  readonly #foreign = new Set<number>();
  #link: Link | undefined;
  lostPacketCount = 0;

  push(chunk: Uint8Array, emit: (event: OpusStreamEvent) => void): void {
    this.#pages.push(chunk, (page) => this.#page(page, emit));
  }

  get damagedPageCount(): number {
    return this.#pages.damagedPageCount;
  }

  get heldBytes(): number {
    return this.#pages.heldBytes + (this.#link?.assembler.heldBytes ?? 0);
  }

  #page(page: OggPage, emit: (event: OpusStreamEvent) => void): void {
    if (page.first) this.#begin(page, emit);
    const link = this.#linkOf(page);
    if (!link) return;
    link.assembler.page(page, (payload, complete) => this.#packet(link, payload, complete, emit));
    if (page.last) link.ended = true;
  }

  #begin(page: OggPage, emit: (event: OpusStreamEvent) => void): void {
    // Streams multiplexed side by side all begin before the first audio; a later beginning is the next link.
    const sideBySide = this.#link !== undefined && !this.#link.announced && !this.#link.ended;
    if (isOpusHead(page.body) && !sideBySide) {
      this.#foreign.clear();
      this.#link = this.#newLink(page.serial, parseOpusHead(page.body));
      return;
    }
    if (this.#foreign.size < foreignSerialsMax) this.#foreign.add(page.serial);
    if (!isOpusHead(page.body)) emit({ kind: 'foreign', serial: page.serial });
  }

  #linkOf(page: OggPage): Link | undefined {
    if (this.#link?.serial === page.serial) return this.#link;
    if (this.#foreign.has(page.serial)) return undefined;
    // Neither ours nor announced: we joined in mid-stream, or the page that began this link was damaged.
    this.#link = this.#newLink(page.serial, undefined);
    return this.#link;
  }

  #newLink(serial: number, head: OpusHead | undefined): Link {
    const assembler = new PacketAssembler();
    return { serial, head, announced: false, ended: false, assembler };
  }

  #packet(link: Link, payload: Uint8Array, complete: boolean, emit: (event: OpusStreamEvent) => void): void {
    if (isOpusHead(payload)) return;
    if (isOpusTags(payload)) {
      this.#announce(link, parseOpusTags(payload), emit);
      return;
    }
    this.#announce(link, {}, emit);
    if (!complete || payload.length === 0) this.lostPacketCount++;
    else emit({ kind: 'packet', payload });
  }

  #announce(link: Link, tags: OpusTags, emit: (event: OpusStreamEvent) => void): void {
    if (link.announced) return;
    link.announced = true;
    emit({ kind: 'track', serial: link.serial, head: link.head, tags });
  }
}
