/** Header and nonce of the `rtpsize` modes: the header in clear, the rest encrypted, a 4-byte nonce at the end. */

export const rtpHeaderBytes = 12;
export const nonceBytes = 4;
export const tagBytes = 16;
const payloadTypeOpus = 0x78;

export interface RtpPacket {
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** What is authenticated but not encrypted: the header, with CSRCs and the first part of an extension. */
  header: Buffer;
  /** Ciphertext followed by its tag. */
  sealed: Buffer;
  nonce: Buffer;
  /** Bytes at the start of the decrypted payload that belong to the header extension. */
  extensionBytes: number;
}

/** The packet, or the sentence that says why it is none. */
export function parseRtp(datagram: Buffer): RtpPacket | string {
  if (datagram.length < rtpHeaderBytes + tagBytes + nonceBytes) return `${datagram.length} bytes are too few`;
  const first = datagram.readUInt8(0);
  if (first >> 6 !== 2) return `RTP version is ${first >> 6}, not 2`;
  // Padding would be inside the encrypted part; no Discord client sends it.
  if ((first & 0x20) !== 0) return 'the padding bit is set';
  const payloadType = datagram.readUInt8(1) & 0x7f;
  if (payloadType !== payloadTypeOpus) return `payload type is ${payloadType}, not ${payloadTypeOpus}`;
  let headerBytes = rtpHeaderBytes + (first & 0x0f) * 4;
  let extensionBytes = 0;
  if ((first & 0x10) !== 0) {
    if (datagram.length < headerBytes + 4) return 'the header extension is cut off';
    extensionBytes = datagram.readUInt16BE(headerBytes + 2) * 4;
    headerBytes += 4;
  }
  const nonceAt = datagram.length - nonceBytes;
  if (nonceAt < headerBytes + extensionBytes + tagBytes) return 'the header is longer than the packet';
  return {
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    header: datagram.subarray(0, headerBytes),
    sealed: datagram.subarray(headerBytes, nonceAt),
    nonce: datagram.subarray(nonceAt),
    extensionBytes,
  };
}

/** A header without CSRCs and extension, as a client gets it. */
export function rtpHeader(fields: { sequence: number; timestamp: number; ssrc: number }): Buffer {
  const header = Buffer.alloc(rtpHeaderBytes);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(payloadTypeOpus, 1);
  header.writeUInt16BE(fields.sequence, 2);
  header.writeUInt32BE(fields.timestamp, 4);
  header.writeUInt32BE(fields.ssrc, 8);
  return header;
}
