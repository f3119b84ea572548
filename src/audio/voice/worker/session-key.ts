import { createSecretKey, KeyObject } from 'node:crypto';
import type { ConnectionData } from '@discordjs/voice';

/**
 * On Node 24 `createCipheriv` costs ten times more with raw key bytes than with a KeyObject, and the library passes raw
 * bytes for every packet. It rebuilds the data for each new voice session and keeps it over a resume, so this runs at
 * every Ready. Only AES-GCM: the xchacha libraries need the bytes.
 *
 * The field is the library's own, typed as bytes: unexpected values are left unchanged. Returns whether a KeyObject is
 * in place.
 */
export function useKeyObject(data: ConnectionData): boolean {
  if (data.encryptionMode !== 'aead_aes256_gcm_rtpsize') return false;
  const holder: { secretKey: unknown } = data;
  if (holder.secretKey instanceof KeyObject) return true;
  if (!(holder.secretKey instanceof Uint8Array) || holder.secretKey.length !== 32) return false;
  holder.secretKey = createSecretKey(holder.secretKey);
  return true;
}
