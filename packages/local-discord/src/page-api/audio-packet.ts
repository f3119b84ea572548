/**
 * One heard Opus frame on its way to the browser. Big endian:
 *
 *     0  u8   1 (form of this header)
 *     1  u8   flags: 1 end-to-end encrypted, 2 silence
 *     2  u16  RTP sequence number
 *     4  u32  RTP timestamp, 48 kHz
 *     8  u64  the speaker's user id
 *    16  …    Opus payload, at most 1275 bytes for one 20 ms frame
 */
export interface AudioPacket {
  speakerId: string;
  rtpSequence: number;
  rtpTimestamp: number;
  e2ee: boolean;
  silence: boolean;
  payload: Uint8Array;
}

const FORM = 1;
const HEADER_BYTES = 16;
const FLAG_E2EE = 1;
const FLAG_SILENCE = 2;

export function encodeAudioPacket(packet: AudioPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + packet.payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORM);
  view.setUint8(1, (packet.e2ee ? FLAG_E2EE : 0) | (packet.silence ? FLAG_SILENCE : 0));
  view.setUint16(2, packet.rtpSequence);
  view.setUint32(4, packet.rtpTimestamp);
  view.setBigUint64(8, BigInt(packet.speakerId));
  bytes.set(packet.payload, HEADER_BYTES);
  return bytes;
}

/** Undefined for bytes that are no packet of this form. */
export function decodeAudioPacket(bytes: Uint8Array): AudioPacket | undefined {
  if (bytes.byteLength <= HEADER_BYTES || bytes[0] !== FORM) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(1);
  return {
    speakerId: view.getBigUint64(8).toString(),
    rtpSequence: view.getUint16(2),
    rtpTimestamp: view.getUint32(4),
    e2ee: (flags & FLAG_E2EE) !== 0,
    silence: (flags & FLAG_SILENCE) !== 0,
    payload: bytes.subarray(HEADER_BYTES),
  };
}
