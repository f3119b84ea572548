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

const formPattern = 1;
const headerBytes = 16;
const flagE2ee = 1;
const flagSilence = 2;

export function encodeAudioPacket(packet: AudioPacket): Uint8Array {
  const bytes = new Uint8Array(headerBytes + packet.payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, formPattern);
  view.setUint8(1, (packet.e2ee ? flagE2ee : 0) | (packet.silence ? flagSilence : 0));
  view.setUint16(2, packet.rtpSequence);
  view.setUint32(4, packet.rtpTimestamp);
  view.setBigUint64(8, BigInt(packet.speakerId));
  bytes.set(packet.payload, headerBytes);
  return bytes;
}

/** Undefined for bytes that are no packet of this form. */
export function decodeAudioPacket(bytes: Uint8Array): AudioPacket | undefined {
  if (bytes.byteLength <= headerBytes || bytes[0] !== formPattern) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(1);
  return {
    speakerId: view.getBigUint64(8).toString(),
    rtpSequence: view.getUint16(2),
    rtpTimestamp: view.getUint32(4),
    e2ee: (flags & flagE2ee) !== 0,
    silence: (flags & flagSilence) !== 0,
    payload: bytes.subarray(headerBytes),
  };
}
