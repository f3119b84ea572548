import type { Frame } from '#contracts/audio.ts';
import { audioLimits } from './limits.ts';
import { contents, type RecordType, type WireRecord } from './records.ts';

/** The bytes can't be what they claim to be. `violation` is fit for people and logs: it holds no foreign text. */
export class WireViolation extends Error {
  override readonly name = 'WireViolation';
  readonly violation: string;

  constructor(violation: string, options?: { cause?: unknown }) {
    super(violation, options);
    this.violation = violation;
  }
}

/** length u16 (of type and content) | type u8 | content; all numbers big-endian. */
const LENGTH_BYTES = 2;
const TYPE_BYTES = 1;
const HEADER_BYTES = LENGTH_BYTES + TYPE_BYTES;
/** stream id u32 | sequence u32 | capture time f64 */
const FRAME_HEADER_BYTES = 16;
const FRAME_NUMBER = 0x10;

interface Kind {
  type: RecordType;
  number: number;
  contentBytesMin: number;
  contentBytesMax: number;
}

const { controlBytesMax, catalogueBytesMax, frameBytesMax } = audioLimits;
const kinds: readonly Kind[] = [
  kind('catalogue-request', 0x01, 0, 0),
  kind('catalogue', 0x02, 2, catalogueBytesMax),
  kind('subscribe', 0x03, 2, controlBytesMax),
  kind('accepted', 0x04, 2, controlBytesMax),
  kind('refused', 0x05, 2, controlBytesMax),
  kind('ack', 0x06, 4, 4),
  kind('heartbeat', 0x07, 0, 0),
  kind('unsubscribe', 0x08, 0, 0),
  kind('end', 0x09, 2, controlBytesMax),
  kind('playing', 0x0a, 2, controlBytesMax),
  kind('frame', FRAME_NUMBER, FRAME_HEADER_BYTES + 1, frameBytesMax),
];
const kindByType = new Map(kinds.map((entry) => [entry.type, entry]));
const kindByNumber = new Map(kinds.map((entry) => [entry.number, entry]));

export function encode(record: WireRecord): Uint8Array {
  if (record.type === 'frame') return encodeFrames([record.frame]);
  const content = encodeContent(record);
  const entry = kindByType.get(record.type);
  if (!entry || content.length > entry.contentBytesMax) {
    throw new RangeError(`a ${record.type} record of ${content.length} bytes can’t be sent`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + content.length);
  new DataView(bytes.buffer).setUint16(0, TYPE_BYTES + content.length);
  bytes[LENGTH_BYTES] = entry.number;
  bytes.set(content, HEADER_BYTES);
  return bytes;
}

/** The records of these frames one after the other, in one piece of memory. */
export function encodeFrames(frames: readonly Frame[]): Uint8Array {
  let size = 0;
  for (const { payload } of frames) size += HEADER_BYTES + FRAME_HEADER_BYTES + payload.length;
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  let offset = 0;
  for (const frame of frames) {
    const contentBytes = FRAME_HEADER_BYTES + frame.payload.length;
    if (contentBytes > frameBytesMax) throw new RangeError(`a frame of ${contentBytes} bytes can’t be sent`);
    view.setUint16(offset, TYPE_BYTES + contentBytes);
    view.setUint8(offset + LENGTH_BYTES, FRAME_NUMBER);
    view.setUint32(offset + HEADER_BYTES, frame.streamId >>> 0);
    view.setUint32(offset + HEADER_BYTES + 4, frame.sequence >>> 0);
    view.setFloat64(offset + HEADER_BYTES + 8, frame.captureTimeMs);
    bytes.set(frame.payload, offset + HEADER_BYTES + FRAME_HEADER_BYTES);
    offset += HEADER_BYTES + contentBytes;
  }
  return bytes;
}

/**
 * Turns bytes, cut anywhere, into records. Keeps at most one unfinished record, whose length was judged as soon as
 * its first three bytes were there.
 */
export class Decoder {
  #rest: Uint8Array = new Uint8Array(0);

  /** Throws WireViolation; the stream can't be used afterwards. Stop iterating to leave the remaining bytes unread. */
  *read(chunk: Uint8Array): Generator<WireRecord, void, undefined> {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let offset = 0;
    while (bytes.length - offset >= HEADER_BYTES) {
      const entry = judgeHeader(bytes, offset);
      const end = offset + LENGTH_BYTES + lengthAt(bytes, offset);
      if (end > bytes.length) break;
      yield decodeContent(entry.type, bytes.subarray(offset + HEADER_BYTES, end));
      offset = end;
    }
    this.#rest = copyOf(bytes.subarray(offset));
  }

  get unfinishedBytes(): number {
    return this.#rest.length;
  }
}

function kind(type: RecordType, number: number, contentBytesMin: number, contentBytesMax: number): Kind {
  return { type, number, contentBytesMin, contentBytesMax };
}

function lengthAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function judgeHeader(bytes: Uint8Array, offset: number): Kind {
  const entry = kindByNumber.get(bytes[offset + LENGTH_BYTES] ?? 0);
  if (!entry) throw new WireViolation('unknown record type');
  const contentBytes = lengthAt(bytes, offset) - TYPE_BYTES;
  if (contentBytes < entry.contentBytesMin || contentBytes > entry.contentBytesMax) {
    throw new WireViolation(`${entry.type} record of ${contentBytes} bytes`);
  }
  return entry;
}

function encodeContent(record: Exclude<WireRecord, { type: 'frame' }>): Uint8Array {
  switch (record.type) {
    case 'catalogue-request':
    case 'heartbeat':
    case 'unsubscribe':
      return new Uint8Array(0);
    case 'ack': {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, record.framesReceived >>> 0);
      return bytes;
    }
    default: {
      const { type: _, ...content } = record;
      return new TextEncoder().encode(JSON.stringify(content));
    }
  }
}

function decodeContent(type: RecordType, bytes: Uint8Array): WireRecord {
  switch (type) {
    case 'catalogue-request':
    case 'heartbeat':
    case 'unsubscribe':
      return { type };
    case 'ack':
      return { type, framesReceived: viewOf(bytes).getUint32(0) };
    case 'frame':
      return { type, frame: decodeFrame(bytes) };
    default: {
      const parsed = contents[type].safeParse(decodeJson(bytes, type));
      if (!parsed.success) throw new WireViolation(`malformed ${type} record`, { cause: parsed.error });
      return { type, ...parsed.data } as WireRecord;
    }
  }
}

function decodeFrame(bytes: Uint8Array) {
  const view = viewOf(bytes);
  const captureTimeMs = view.getFloat64(8);
  if (!(captureTimeMs >= 0 && captureTimeMs <= 8.64e15)) throw new WireViolation('impossible capture time');
  return {
    streamId: view.getUint32(0),
    sequence: view.getUint32(4),
    captureTimeMs,
    // A view would keep the whole chunk it came in alive for as long as the frame waits.
    payload: copyOf(bytes.subarray(FRAME_HEADER_BYTES)),
  };
}

function decodeJson(bytes: Uint8Array, type: RecordType): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new WireViolation(`malformed ${type} record`, { cause: error });
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `slice` of a Buffer, which libp2p hands out, would not copy. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
