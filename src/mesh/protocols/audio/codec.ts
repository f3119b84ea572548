import type { Frame } from '#contracts/audio.ts';
import { copyOf, viewOf } from '../wire/bytes.ts';
import { headerBytes, RecordCodec, writeHeader } from '../wire/record-codec.ts';
import { emptyKind, jsonKind, type RecordKind } from '../wire/record-kind.ts';
import { WireViolation } from '../wire/violation.ts';
import { audioLimits } from './limits.ts';
import { contents, type WireRecord } from './records.ts';

/** stream id u32 | sequence u32 | capture time f64 */
const frameHeaderBytes = 16;
const frameNumber = 0x10;

type Ack = Extract<WireRecord, { type: 'ack' }>;
type FrameRecord = Extract<WireRecord, { type: 'frame' }>;

const ack: RecordKind<Ack> = {
  type: 'ack',
  number: 0x06,
  contentBytesMin: 4,
  contentBytesMax: 4,
  encode: ({ framesReceived }) => {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, framesReceived >>> 0);
    return bytes;
  },
  decode: (bytes) => ({ type: 'ack', framesReceived: viewOf(bytes).getUint32(0) }),
};

const { controlBytesMax, catalogueBytesMax, frameBytesMax } = audioLimits;
const frame: RecordKind<FrameRecord> = {
  type: 'frame',
  number: frameNumber,
  contentBytesMin: frameHeaderBytes + 1,
  contentBytesMax: frameBytesMax,
  encode: (record) => {
    const bytes = new Uint8Array(frameHeaderBytes + record.frame.payload.length);
    writeFrame(bytes, viewOf(bytes), 0, record.frame);
    return bytes;
  },
  decode: (bytes) => ({ type: 'frame', frame: decodeFrame(bytes) }),
};

export const audioCodec = new RecordCodec<WireRecord>([
  emptyKind('catalogue-request', 0x01),
  jsonKind('catalogue', 0x02, catalogueBytesMax, contents.catalogue),
  jsonKind('subscribe', 0x03, controlBytesMax, contents.subscribe),
  jsonKind('accepted', 0x04, controlBytesMax, contents.accepted),
  jsonKind('refused', 0x05, controlBytesMax, contents.refused),
  ack,
  emptyKind('heartbeat', 0x07),
  emptyKind('unsubscribe', 0x08),
  jsonKind('end', 0x09, controlBytesMax, contents.end),
  jsonKind('playing', 0x0a, controlBytesMax, contents.playing),
  frame,
]);

/** The records of these frames one after the other, in one buffer. */
export function encodeFrames(frames: readonly Frame[]): Uint8Array {
  let size = 0;
  for (const { payload } of frames) size += headerBytes + frameHeaderBytes + payload.length;
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  let offset = 0;
  for (const each of frames) {
    const contentBytes = frameHeaderBytes + each.payload.length;
    if (contentBytes > frameBytesMax) throw new RangeError(`a frame of ${contentBytes} bytes can’t be sent`);
    writeHeader(view, offset, frameNumber, contentBytes);
    writeFrame(bytes, view, offset + headerBytes, each);
    offset += headerBytes + contentBytes;
  }
  return bytes;
}

function writeFrame(bytes: Uint8Array, view: DataView, offset: number, written: Frame): void {
  view.setUint32(offset, written.streamId >>> 0);
  view.setUint32(offset + 4, written.sequence >>> 0);
  view.setFloat64(offset + 8, written.captureTimeMs);
  bytes.set(written.payload, offset + frameHeaderBytes);
}

function decodeFrame(bytes: Uint8Array): Frame {
  const view = viewOf(bytes);
  const captureTimeMs = view.getFloat64(8);
  if (!(captureTimeMs >= 0 && captureTimeMs <= 8.64e15)) throw new WireViolation('impossible capture time');
  return {
    streamId: view.getUint32(0),
    sequence: view.getUint32(4),
    captureTimeMs,
    // A view would keep the whole received chunk alive for as long as the frame waits.
    payload: copyOf(bytes.subarray(frameHeaderBytes)),
  };
}
