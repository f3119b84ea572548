import type { OpusDemuxer, OpusStreamEvent } from '../opus/stream-event.ts';
import { type AudioTrack, chosenTrack } from '../tracks/choice.ts';
import { readBlock } from './block.ts';
import { elementIds, readId, readSize, unknownSize } from './elements.ts';
import { readTrackEntry, type TrackEntry } from './track-entry.ts';

/** An audio block is a few hundred bytes; pictures of other tracks are skipped, not held. */
const heldBytesMax = 131_072;
/** For attachments and pictures. An element that claims to be larger is treated as damage. */
const skippedBytesMax = 64 * 1_048_576;
const titleBytesMax = 1_024;
const audioTracksMax = 64;

/** Their content is read as further elements: Opus doesn't need the nesting. */
const entered: ReadonlySet<number> = new Set([
  elementIds.segment,
  elementIds.info,
  elementIds.tracks,
  elementIds.cluster,
  elementIds.blockGroup,
]);
const collected: ReadonlySet<number> = new Set([
  elementIds.title,
  elementIds.trackEntry,
  elementIds.simpleBlock,
  elementIds.block,
]);
/** Elements at which reading can continue after damage. */
const anchors = [elementIds.cluster, elementIds.header].map((id) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes;
});
const nothing = Buffer.alloc(0);

/**
 * WebM Opus out of bytes in chunks of any size: SimpleBlocks and BlockGroups, all lacings, track numbers of any length,
 * live streams of unknown sizes, files one after another. Never throws for its input; after damage it continues at the
 * next cluster. Holds at most one element, 128 KiB.
 */
export class WebmOpusDemuxer implements OpusDemuxer {
  lostPacketCount = 0;
  damageCount = 0;
  #held: Buffer = nothing;
  #skipBytes = 0;
  #searching = false;
  /** Tracks of the current file and, from its first cluster on, the one of them that is heard. */
  #audioTracks: TrackEntry[] = [];
  #track: TrackEntry | undefined;
  #title = '';
  #announced = false;
  #serial = 0;

  push(chunk: Uint8Array, emit: (event: OpusStreamEvent) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skipBytes > 0) {
        const skipped = Math.min(this.#skipBytes, chunk.length - at);
        this.#skipBytes -= skipped;
        at += skipped;
        continue;
      }
      // In pieces, so that what is held stays bounded however large the chunk is.
      const piece = chunk.subarray(at, at + heldBytesMax);
      this.#held = this.#held.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#held, piece]);
      at += piece.length;
      this.#read(emit);
    }
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  get audioTracks(): readonly AudioTrack[] | undefined {
    return this.#track && this.#audioTracks;
  }

  #read(emit: (event: OpusStreamEvent) => void): void {
    let at = 0;
    while (at < this.#held.length) {
      const end = this.#searching ? this.#search(at) : this.#element(at, emit);
      if (end === undefined) break;
      at = end;
    }
    // A copy: a view would keep all read bytes alive.
    this.#held = Buffer.from(this.#held.subarray(at));
  }

  /** Reads one element, or the header of one that is entered. Returns where the next starts; undefined: wait. */
  #element(at: number, emit: (event: OpusStreamEvent) => void): number | undefined {
    const id = readId(this.#held, at);
    const size = id && readSize(this.#held, id.end);
    if (id === null || size === null) return this.#damaged(at);
    if (!id || !size) return undefined;
    if (id.value === elementIds.cluster) this.#choose(emit);
    if (entered.has(id.value)) return size.end;
    if (size.value === unknownSize || size.value > skippedBytesMax) return this.#damaged(at);
    const end = size.end + size.value;
    if (!collected.has(id.value) || size.value > heldBytesMax) {
      if (id.value === elementIds.header) this.#begin();
      return this.#skip(end);
    }
    if (end > this.#held.length) return undefined;
    this.#take(id.value, this.#held.subarray(size.end, end), emit);
    return end;
  }

  #take(id: number, content: Uint8Array, emit: (event: OpusStreamEvent) => void): void {
    if (id === elementIds.title)
      this.#title = Buffer.from(content.subarray(0, titleBytesMax)).toString('utf8');
    else if (id === elementIds.trackEntry) this.#entry(content);
    else this.#block(content, emit);
  }

  #begin(): void {
    this.#audioTracks = [];
    this.#track = undefined;
    this.#title = '';
    this.#announced = false;
    this.#serial++;
  }

  #entry(content: Uint8Array): void {
    const entry = readTrackEntry(content);
    if (entry.isAudio && this.#audioTracks.length < audioTracksMax) this.#audioTracks.push(entry);
  }

  /** All tracks come before the first cluster. */
  #choose(emit: (event: OpusStreamEvent) => void): void {
    if (this.#track) return;
    this.#track = this.#audioTracks[chosenTrack(this.#audioTracks) ?? -1];
    if (this.#track && !this.#track.isOpus) emit({ kind: 'foreign', serial: this.#serial });
  }

  #block(content: Uint8Array, emit: (event: OpusStreamEvent) => void): void {
    const track = this.#track;
    if (!track?.isOpus) return;
    const block = readBlock(content);
    if (!block) {
      this.lostPacketCount++;
      return;
    }
    if (block.trackNumber !== track.number) return;
    this.#announce(track, emit);
    for (const packet of block.packets) {
      if (packet.length === 0) this.lostPacketCount++;
      else emit({ kind: 'packet', payload: new Uint8Array(packet) });
    }
  }

  #announce({ head }: TrackEntry, emit: (event: OpusStreamEvent) => void): void {
    if (this.#announced) return;
    this.#announced = true;
    const tags = this.#title ? { title: this.#title } : {};
    emit({ kind: 'track', serial: this.#serial, head, tags });
  }

  #skip(end: number): number {
    this.#skipBytes = Math.max(0, end - this.#held.length);
    return Math.min(end, this.#held.length);
  }

  #damaged(at: number): number {
    this.damageCount++;
    this.#searching = true;
    return at + 1;
  }

  /**
   * To the next cluster or file; undefined when none has come yet, and everything but a possible beginning is dropped.
   */
  #search(at: number): number | undefined {
    const found = anchors.map((anchor) => this.#held.indexOf(anchor, at)).filter((index) => index >= 0);
    if (found.length > 0) {
      this.#searching = false;
      return Math.min(...found);
    }
    const kept = 3;
    if (this.#held.length - at <= kept) return undefined;
    return this.#held.length - kept;
  }
}
