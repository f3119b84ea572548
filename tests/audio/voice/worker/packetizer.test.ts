import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { ConnectionData, Networking } from '@discordjs/voice';
import { parseRtp, type RtpPacket, tagBytes } from '@guildmesh/local-discord/voice/udp/rtp';
import { describe, expect, test } from 'vitest';
import { Packetizer } from '#audio/voice/worker/packetizer.ts';

function session(changes: Partial<ConnectionData> = {}) {
  const rawKey = randomBytes(32);
  const data = {
    encryptionMode: 'aead_aes256_gcm_rtpsize',
    secretKey: createSecretKey(rawKey) as unknown as Uint8Array,
    ...{ ssrc: 0xfffffffe, sequence: 7, timestamp: 1_000, nonce: 0, packetsPlayed: 0 },
    ...changes,
  } as ConnectionData;
  const networking = { prepareAudioPacket: () => Buffer.alloc(0) } as unknown as Networking;
  const packetizer = Packetizer.takeOver(networking, data);
  return { data, networking, rawKey, packetizer };
}

function build(from: ReturnType<typeof session>, payload: Uint8Array): RtpPacket & { payload: Buffer } {
  const datagram = Buffer.from(from.packetizer?.build(payload) ?? []);
  const packet = parseRtp(datagram);
  if (typeof packet === 'string') throw new Error(packet);
  const iv = Buffer.alloc(12);
  packet.nonce.copy(iv);
  const tagAt = packet.sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', from.rawKey, iv)
    .setAAD(packet.header)
    .setAuthTag(packet.sealed.subarray(tagAt));
  const opened = Buffer.concat([decipher.update(packet.sealed.subarray(0, tagAt)), decipher.final()]);
  return { ...packet, payload: opened };
}

describe('packetizer', () => {
  test('builds packets that open with the session’s key and carry its position', () => {
    const from = session();
    for (const [index, bytes] of [3, 160, 1_300].entries()) {
      const payload = randomBytes(bytes);
      const packet = build(from, payload);
      expect(packet.payload).toEqual(payload);
      expect(packet).toMatchObject({ ssrc: 0xfffffffe, sequence: 7 + index, timestamp: 1_000 + 960 * index });
      expect(packet.nonce.readUInt32BE(0)).toBe(index + 1);
    }
    expect(from.data).toMatchObject({ nonce: 3, packetsPlayed: 3 });
  });

  test('wraps sequence and timestamp at the end of their fields', () => {
    const from = session({ sequence: 0xffff, timestamp: 2 ** 32 - 480 });
    expect(build(from, randomBytes(9))).toMatchObject({ sequence: 0xffff, timestamp: 2 ** 32 - 480 });
    expect(build(from, randomBytes(9))).toMatchObject({ sequence: 0, timestamp: 480 });
  });

  test('shares one nonce counter with the library, which builds nothing any more', () => {
    const from = session({ nonce: 41 });
    expect(build(from, randomBytes(9)).nonce.readUInt32BE(0)).toBe(42);
    expect(() => from.networking.prepareAudioPacket(Buffer.alloc(3))).toThrow('its packetizer alone');
  });

  test('uses no nonce twice: after the last it refuses', () => {
    const from = session({ nonce: 2 ** 32 - 2 });
    expect(build(from, randomBytes(9)).nonce.readUInt32BE(0)).toBe(2 ** 32 - 1);
    expect(() => from.packetizer?.build(randomBytes(9))).toThrow('every nonce');
  });

  test('refuses a payload that is too long before it touches anything', () => {
    const from = session();
    expect(() => from.packetizer?.build(randomBytes(1_400))).toThrow('too long');
    expect(from.data).toMatchObject({ nonce: 0, sequence: 7 });
  });

  test.each([
    ['raw key bytes', { secretKey: new Uint8Array(32) }],
    ['another mode', { encryptionMode: 'aead_xchacha20_poly1305_rtpsize' }],
  ])('leaves a session to the library: %s', (_, changes) => {
    const from = session(changes);
    expect(from.packetizer).toBeUndefined();
    expect(() => from.networking.prepareAudioPacket(Buffer.alloc(3))).not.toThrow();
  });
});
