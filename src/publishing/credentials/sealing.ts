import { createCipheriv, createDecipheriv } from 'node:crypto';

/** AES-256-GCM: 96-bit nonce, 128-bit tag (NIST SP 800-38D). */
const algorithm = 'aes-256-gcm';
export const keyBytes = 32;
export const nonceBytes = 12;
const tagBytes = 16;

/**
 * base64 of nonce, ciphertext and tag. `about` is bound to it: the same bytes under another record or version don't
 * open. A nonce must never be used twice under one key.
 */
export function seal(key: Uint8Array, plain: Uint8Array, about: string, nonce: Uint8Array): string {
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Undefined when it was made with another key or for something else, or was changed since. */
export function unseal(key: Uint8Array, sealed: string, about: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(about))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
