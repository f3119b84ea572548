import { createSecretKey, randomBytes } from 'node:crypto';
import type { VoiceMode } from '@guildmesh/local-discord/voice/contract';
import { rtpHeader } from '@guildmesh/local-discord/voice/udp/rtp';
import { createTransportSealer } from '@guildmesh/local-discord/voice/udp/transport-cipher';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openReceivedPacket } from '#audio/capture/received-packet.ts';

const key = randomBytes(32);
const fields = { ssrc: 7, sequence: 65_535, timestamp: 4_294_967_295 };
const opus = Buffer.from('an opus packet');
const gcm = 'aead_aes256_gcm_rtpsize';
const modes: [VoiceMode, ReturnType<typeof createSecretKey> | Buffer][] = [
  [gcm, createSecretKey(key)],
  [gcm, key],
  ['aead_xchacha20_poly1305_rtpsize', key],
];

test.each(modes)('%s is opened', (mode, ourKey) => {
  const seal = createTransportSealer(mode, key);
  for (let i = 0; i < 3; i++) {
    const opened = openReceivedPacket(seal(rtpHeader(fields), opus), { mode, key: ourKey });
    expect(opened).toEqual({ ...fields, payload: opus });
  }
});

test('CSRCs, a header extension and padding are taken off', () => {
  const header = Buffer.concat([rtpHeader(fields), Buffer.alloc(4, 9), Buffer.from([0xbe, 0xde, 0, 2])]);
  header[0] = 0x80 | 0x20 | 0x10 | 1;
  const body = Buffer.concat([Buffer.alloc(8, 5), opus, Buffer.from([0, 0, 3])]);
  const datagram = createTransportSealer(gcm, key)(header, body);
  expect(openReceivedPacket(datagram, { mode: gcm, key })?.payload).toEqual(opus);
});

test('anything else is nothing, and throws nothing', () => {
  const good = createTransportSealer(gcm, key)(rtpHeader(fields), opus);
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x41;
    expect(openReceivedPacket(bad, { mode: gcm, key })).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      expect(openReceivedPacket(Buffer.from(bytes), { mode: gcm, key })).toBeUndefined();
    }),
  );
  expect(openReceivedPacket(good, { mode: 'unknown', key })).toBeUndefined();
});

test('padding or an extension longer than what is there is refused', () => {
  const header = rtpHeader(fields);
  header[0] = 0xa0;
  const padded = createTransportSealer(gcm, key)(header, Buffer.from([1, 2, 200]));
  expect(openReceivedPacket(padded, { mode: gcm, key })).toBeUndefined();
});
