import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { VoiceMode } from '../contract.ts';
import { nonceBytes, type RtpPacket, tagBytes } from './rtp.ts';

export const voiceModes: readonly VoiceMode[] = [
  'aead_aes256_gcm_rtpsize',
  'aead_xchacha20_poly1305_rtpsize',
];

/** Opens a packet's payload, without its header extension. Throws when it is not authentic. */
export type TransportCipher = (packet: RtpPacket) => Buffer;

export function createTransportCipher(mode: VoiceMode, key: Uint8Array): TransportCipher {
  const open = mode === 'aead_aes256_gcm_rtpsize' ? aesGcm(key) : xchacha(key);
  return (packet) => open(packet).subarray(packet.extensionBytes);
}

function aesGcm(key: Uint8Array): TransportCipher {
  // A key object is checked once; raw bytes are checked for every packet.
  const secret = createSecretKey(key);
  const iv = Buffer.alloc(12);
  return ({ header, sealed, nonce }) => {
    nonce.copy(iv);
    const tagAt = sealed.length - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', secret, iv);
    decipher.setAAD(header);
    decipher.setAuthTag(sealed.subarray(tagAt));
    return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]);
  };
}

function xchacha(key: Uint8Array): TransportCipher {
  const iv = Buffer.alloc(24);
  return ({ header, sealed, nonce }) => {
    nonce.copy(iv);
    const opened = xchacha20poly1305(key, iv, header).decrypt(sealed);
    return Buffer.from(opened.buffer, opened.byteOffset, opened.byteLength);
  };
}

/** Closes an RTP packet for one client: header in clear, payload sealed, nonce at the end. Counts its own nonces. */
export type TransportSealer = (header: Buffer, payload: Uint8Array) => Buffer;

export function createTransportSealer(mode: VoiceMode, key: Uint8Array): TransportSealer {
  const isGcm = mode === 'aead_aes256_gcm_rtpsize';
  const secret = createSecretKey(key);
  const iv = Buffer.alloc(isGcm ? 12 : 24);
  let counter = 0;
  return (header, payload) => {
    counter = (counter + 1) >>> 0;
    iv.writeUInt32BE(counter);
    const nonce = iv.subarray(0, nonceBytes);
    if (!isGcm) return Buffer.concat([header, xchacha20poly1305(key, iv, header).encrypt(payload), nonce]);
    const cipher = createCipheriv('aes-256-gcm', secret, iv);
    cipher.setAAD(header);
    const sealed = [cipher.update(payload), cipher.final()];
    return Buffer.concat([header, ...sealed, cipher.getAuthTag(), nonce]);
  };
}
