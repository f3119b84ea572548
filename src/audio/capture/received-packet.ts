import { createDecipheriv, type KeyObject } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

const headerBytesMin = 12;
const tagBytes = 16;
const nonceBytes = 4;
const payloadTypeOpus = 0x78;

export interface ReceivedPacket {
  ssrc: number;
  /** u16, wraps. */
  sequence: number;
  /** 48 kHz, u32, wraps. */
  timestamp: number;
  /** Without transport encryption, header extension and padding. */
  payload: Buffer;
}

/** What a voice session agreed on; the key as bytes, or as the object that makes Node's AES-GCM fast. */
export interface TransportKey {
  mode: string;
  key: KeyObject | Uint8Array;
}

/**
 * Opens one datagram of Discord's `rtpsize` modes: header, CSRCs and the first four bytes of an extension in clear and
 * authenticated, the rest sealed, a 4-byte nonce at the end. Undefined for anything else: keep-alives, RTCP, video, and
 * packets that aren't authentic.
 */
export function openReceivedPacket(datagram: Buffer, transport: TransportKey): ReceivedPacket | undefined {
  if (datagram.length < headerBytesMin + tagBytes + nonceBytes) return undefined;
  const first = datagram.readUInt8(0);
  if (first >> 6 !== 2 || (datagram.readUInt8(1) & 0x7f) !== payloadTypeOpus) return undefined;
  const clear = clearPart(datagram, first);
  const sealedEnd = datagram.length - nonceBytes;
  if (!clear || sealedEnd - clear.bytes < clear.extensionBytes + tagBytes) return undefined;
  const opened = unseal(
    transport,
    datagram.subarray(0, clear.bytes),
    datagram.subarray(clear.bytes, sealedEnd),
    datagram.subarray(sealedEnd),
  );
  if (!opened) return undefined;
  const paddingBytes = (first & 0x20) === 0 ? 0 : (opened[opened.length - 1] ?? 0);
  if (clear.extensionBytes + paddingBytes > opened.length) return undefined;
  return {
    ssrc: datagram.readUInt32BE(8),
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    payload: opened.subarray(clear.extensionBytes, opened.length - paddingBytes),
  };
}

function clearPart(datagram: Buffer, first: number): { bytes: number; extensionBytes: number } | undefined {
  const bytes = headerBytesMin + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return { bytes, extensionBytes: 0 };
  if (datagram.length < bytes + 4) return undefined;
  return { bytes: bytes + 4, extensionBytes: datagram.readUInt16BE(bytes + 2) * 4 };
}

function unseal(
  { mode, key }: TransportKey,
  header: Buffer,
  sealed: Buffer,
  nonce: Buffer,
): Buffer | undefined {
  try {
    if (mode === 'aead_aes256_gcm_rtpsize') {
      const iv = Buffer.alloc(12);
      nonce.copy(iv);
      const tagAt = sealed.length - tagBytes;
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
      decipher.setAAD(header);
      decipher.setAuthTag(sealed.subarray(tagAt));
      return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]);
    }
    if (mode !== 'aead_xchacha20_poly1305_rtpsize' || !(key instanceof Uint8Array)) return undefined;
    const iv = Buffer.alloc(24);
    nonce.copy(iv);
    return Buffer.from(xchacha20poly1305(key, iv, header).decrypt(sealed));
  } catch {
    return undefined;
  }
}
