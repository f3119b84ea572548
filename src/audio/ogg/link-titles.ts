import { artistAndTitle } from '#core/text/playing-title.ts';
import { isOpusTags, type OpusTags, parseOpusTags, readComments } from '../opus/headers.ts';
import { oggClockOf } from './clock.ts';
import { PacketAssembler } from './packet-assembler.ts';
import { type OggPage, OggPageReader } from './page-reader.ts';

/** A link that is joined in its middle begins with a larger count of samples: no page holds this much sound. */
const joinedMs = 10_000;
/** The comments are among the first packets. */
const headersMax = 16;

interface Link {
  serial: number;
  rateHz: number;
  assembler: PacketAssembler | undefined;
  packetCount: number;
  /** Samples at its start, and until now. */
  base: bigint | undefined;
  granule: bigint;
}

/**
 * Titles of the links of a chained Ogg (Vorbis, FLAC or Opus), with the time in its sound at which each begins: for a
 * decoder, which reports at most the tags of the first link. Holds at most one page and one unfinished header.
 */
export class OggLinkTitles {
  readonly #pages = new OggPageReader();
  readonly #onTitle: (atMs: number, title: string) => void;
  #link: Link | undefined;
  /** Length of the links before. */
  #endedMs = 0;

  constructor(onTitle: (atMs: number, title: string) => void) {
    this.#onTitle = onTitle;
  }

  push(chunk: Uint8Array): void {
    this.#pages.push(chunk, (page) => this.#page(page));
  }

  #page(page: OggPage): void {
    if (page.first) this.#begin(page);
    const link = this.#link;
    if (link?.serial !== page.serial) return;
    if (link.assembler) link.assembler.page(page, (packet) => this.#header(link, packet));
    if (page.granule <= 0n) return;
    const joinedSamples = BigInt(Math.floor((link.rateHz * joinedMs) / 1_000));
    link.base ??= page.granule > joinedSamples ? page.granule : 0n;
    link.granule = page.granule;
  }

  /** Streams side by side all begin before the first sound: the first one of a known codec is used. */
  #begin(page: OggPage): void {
    const rateHz = oggClockOf(Buffer.from(page.body))?.rate;
    if (rateHz === undefined || (this.#link && this.#link.base === undefined)) return;
    if (this.#link) this.#endedMs += soundMs(this.#link);
    const assembler = new PacketAssembler();
    this.#link = { serial: page.serial, rateHz, assembler, packetCount: 0, base: undefined, granule: 0n };
  }

  #header(link: Link, packet: Uint8Array): void {
    const tags = commentsOf(packet);
    if (tags) this.#onTitle(this.#endedMs, artistAndTitle(tags));
    if (tags || ++link.packetCount >= headersMax) link.assembler = undefined;
  }
}

function soundMs({ base, granule, rateHz }: Link): number {
  return (Number(granule - (base ?? granule)) * 1_000) / rateHz;
}

/** The comments in a packet of Opus, Vorbis or FLAC; undefined where it holds none. */
export function commentsOf(packet: Uint8Array): OpusTags | undefined {
  if (isOpusTags(packet)) return parseOpusTags(packet);
  if (Buffer.from(packet.subarray(0, 7)).toString('latin1') === '\x03vorbis') return readComments(packet, 7);
  // A metadata block of FLAC: its type without the “last block” bit, and its length.
  const flacCommentType = 4;
  return packet.length > 4 && ((packet[0] ?? 0) & 0x7f) === flacCommentType
    ? readComments(packet, 4)
    : undefined;
}
