import { EventMessageReader } from '../../mp4/event-messages.ts';
import { id3Title, isId3 } from './id3.ts';

const packetBytes = 188;
/** Bytes of a segment that are enough to recognise its kind. */
const kindBytes = 8;
const syncByte = 0x47;
/** ISO/IEC 13818-1 table 2-34: metadata in PES packets, as HLS carries ID3. */
const metadataStreamType = 0x15;
const tagBytesMax = 4_096;
/**
 * The boxes that a segment of fragmented MP4 may begin with, with or without its index: ISO/IEC 14496-12 and 23009-1.
 */
const firstBoxes: ReadonlySet<string> = new Set(['styp', 'emsg', 'sidx', 'moof', 'prft', 'ftyp', 'free']);
/** AOM's “Carriage of ID3 Timed Metadata in CMAF” §4.2. */
const id3Scheme = 'https://aomedia.org/emsg/ID3';

/**
 * Titles within the sound of one segment: an ID3 tag in front of packed audio, metadata packets in MPEG-TS, or event
 * messages in fragmented MP4. Takes bytes in chunks of any size and holds one packet and one tag.
 */
export class TimedMetadata {
  readonly #onTitle: (title: string) => void;
  #held: Buffer = Buffer.alloc(0);
  #kind: 'unknown' | 'packed' | 'ts' | 'mp4' | 'other' = 'unknown';
  #mapPid: number | undefined;
  #metadataPid: number | undefined;
  #tag: Buffer = Buffer.alloc(0);
  readonly #messages = new EventMessageReader(({ data, scheme }) => {
    if (scheme === id3Scheme) this.#told(data);
  });

  constructor(onTitle: (title: string) => void) {
    this.#onTitle = onTitle;
  }

  push(chunk: Uint8Array): void {
    if (this.#kind === 'other') return;
    this.#held = Buffer.concat([this.#held, chunk]);
    if (this.#kind === 'unknown' && this.#held.length >= kindBytes) this.#kind = kindOf(this.#held);
    if (this.#kind === 'mp4') {
      this.#messages.push(this.#held);
      this.#held = Buffer.alloc(0);
    } else if (this.#kind === 'ts') this.#packets();
    else if (this.#kind === 'packed' && this.#held.length >= tagBytesMax) this.#packed();
  }

  /** No byte follows. */
  end(): void {
    if (this.#kind === 'packed') this.#packed();
    if (this.#kind === 'ts') this.#told(this.#tag);
    this.#kind = 'other';
  }

  #packed(): void {
    this.#told(this.#held);
    this.#kind = 'other';
    this.#held = Buffer.alloc(0);
  }

  #packets(): void {
    let at = 0;
    for (; at + packetBytes <= this.#held.length; at += packetBytes)
      this.#packet(this.#held.subarray(at, at + packetBytes));
    this.#held = Buffer.from(this.#held.subarray(at));
  }

  #packet(packet: Buffer): void {
    const header = packet.readUInt16BE(1);
    const [starts, pid] = [(header & 0x4000) !== 0, header & 0x1fff];
    const hasField = ((packet[3] ?? 0) & 0x20) !== 0;
    const payload = packet.subarray(hasField ? 5 + (packet[4] ?? 0) : 4);
    if (packet[0] !== syncByte || payload.length === 0) return;
    if (pid === 0 && starts) this.#mapPid = mapPidIn(sectionOf(payload)) ?? this.#mapPid;
    else if (pid === this.#mapPid && starts)
      this.#metadataPid = metadataPidIn(sectionOf(payload)) ?? this.#metadataPid;
    else if (pid === this.#metadataPid) this.#metadata(payload, starts);
  }

  #metadata(payload: Buffer, starts: boolean): void {
    if (!starts) {
      if (this.#tag.length < tagBytesMax) this.#tag = Buffer.concat([this.#tag, payload]);
      return;
    }
    this.#told(this.#tag);
    // A PES header: nine bytes, and as many more as the ninth says.
    this.#tag = Buffer.from(payload.subarray(9 + (payload[8] ?? 0)));
  }

  #told(tag: Uint8Array): void {
    const title = id3Title(tag);
    if (title !== undefined) this.#onTitle(title);
  }
}

function kindOf(start: Buffer): 'packed' | 'ts' | 'mp4' | 'other' {
  if (isId3(start)) return 'packed';
  if (start[0] === syncByte) return 'ts';
  return firstBoxes.has(start.toString('latin1', 4, 8)) ? 'mp4' : 'other';
}

function sectionOf(payload: Buffer): Buffer {
  return payload.subarray(1 + (payload[0] ?? 0));
}

/** The PID of the first programme. */
function mapPidIn(section: Buffer): number | undefined {
  const end = Math.min(section.length, 3 + lengthOf(section)) - 4;
  for (let at = 8; at + 4 <= end; at += 4)
    if (section.readUInt16BE(at) !== 0) return section.readUInt16BE(at + 2) & 0x1fff;
  return undefined;
}

function metadataPidIn(section: Buffer): number | undefined {
  if (section.length < 12) return undefined;
  const end = Math.min(section.length, 3 + lengthOf(section)) - 4;
  let at = 12 + (section.readUInt16BE(10) & 0xfff);
  while (at + 5 <= end) {
    if (section[at] === metadataStreamType) return section.readUInt16BE(at + 1) & 0x1fff;
    at += 5 + (section.readUInt16BE(at + 3) & 0xfff);
  }
  return undefined;
}

function lengthOf(section: Buffer): number {
  return section.length < 3 ? 0 : section.readUInt16BE(1) & 0xfff;
}
