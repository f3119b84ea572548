import { beforeAll, expect, test } from 'vitest';
import { ChannelCapture } from '#audio/capture/channel-capture.ts';
import { speakerDelayFrames, speakersKnownMax } from '#audio/capture/limits.ts';
import { loadOpusCodec, type OpusCodec } from '#audio/opus/codec.ts';
import { isSilence } from '#audio/opus/toc.ts';
import { tonePackets } from './tones.ts';

let codec: OpusCodec;
let packets: Buffer[];
beforeAll(async () => {
  codec = await loadOpusCodec();
  packets = await tonePackets(440, 30);
});

function capture(mayBeHeard = (_userId: string) => true) {
  return new ChannelCapture({ codec, mayBeHeard }, { bitrateKbps: 96 });
}
const heard = (userId: string, index: number) => ({
  userId,
  timestamp: index * 960,
  payload: packets[index]!,
});

test('a talk comes out as it went in, between silence', () => {
  const channel = capture();
  const out: Uint8Array[] = [];
  for (let i = 0; i < 60; i++) {
    if (i < 30) channel.push(heard('ann', i));
    out.push(channel.pull());
  }
  expect(out.slice(speakerDelayFrames, speakerDelayFrames + 30)).toEqual(packets);
  expect([...out.slice(0, speakerDelayFrames), ...out.slice(speakerDelayFrames + 30)].every(isSilence)).toBe(
    true,
  );
});

test('who withdraws is gone with the next packet, what was held of them too', () => {
  let consents = true;
  const channel = capture(() => consents);
  for (let i = 0; i < 5; i++) channel.push(heard('ann', i));
  consents = false;
  channel.push(heard('ann', 5));
  const out = Array.from({ length: 10 }, () => channel.pull());
  expect(out.every(isSilence)).toBe(true);
  expect(channel.counts()).toMatchObject({ excluded: 1, speaking: 0 });
});

test('packets of another length than 20 ms are refused', () => {
  const channel = capture();
  // 60 ms of SILK.
  channel.push({ userId: 'ann', timestamp: 0, payload: Buffer.from([0x18, 1, 2, 3]) });
  expect(channel.counts()).toMatchObject({ refused: 1, speaking: 0 });
});

test('a crowd has an end', () => {
  const channel = capture();
  for (let n = 0; n < speakersKnownMax + 5; n++) channel.push(heard(`user-${n}`, 0));
  expect(channel.counts()).toMatchObject({ refused: 5, speaking: speakersKnownMax });
});
