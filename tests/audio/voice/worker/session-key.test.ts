import { createCipheriv, createDecipheriv, KeyObject, randomBytes } from 'node:crypto';
import type { ConnectionData } from '@discordjs/voice';
import { describe, expect, test } from 'vitest';
import { useKeyObject } from '#audio/voice/worker/session-key.ts';

function data(encryptionMode: string, secretKey: unknown): ConnectionData {
  return { encryptionMode, secretKey } as unknown as ConnectionData;
}

describe('session key', () => {
  test('becomes a KeyObject that opens what the raw key sealed', () => {
    const raw = new Uint8Array(randomBytes(32));
    const connection = data('aead_aes256_gcm_rtpsize', raw);
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', raw, iv);
    const sealed = Buffer.concat([cipher.update('frame'), cipher.final()]);

    expect(useKeyObject(connection)).toBe(true);

    const key = connection.secretKey as unknown as KeyObject;
    expect(key).toBeInstanceOf(KeyObject);
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(cipher.getAuthTag());
    expect(Buffer.concat([decipher.update(sealed), decipher.final()]).toString()).toBe('frame');
  });

  test('stays as it is after a resume, which keeps the object', () => {
    const connection = data('aead_aes256_gcm_rtpsize', new Uint8Array(32));
    useKeyObject(connection);
    const key = connection.secretKey;
    expect(useKeyObject(connection)).toBe(true);
    expect(connection.secretKey).toBe(key);
  });

  test.each([
    ['xchacha needs the bytes', 'aead_xchacha20_poly1305_rtpsize', new Uint8Array(32)],
    ['a key of another length', 'aead_aes256_gcm_rtpsize', new Uint8Array(16)],
    ['no bytes at all', 'aead_aes256_gcm_rtpsize', 'key'],
  ])('is left alone: %s', (_, mode, key) => {
    const connection = data(mode, key);
    expect(useKeyObject(connection)).toBe(false);
    expect(connection.secretKey).toBe(key);
  });
});
