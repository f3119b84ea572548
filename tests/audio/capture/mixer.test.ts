import { beforeAll, expect, test } from 'vitest';
import { mixHoldFrames, speakersMixedMax } from '#audio/capture/limits.ts';
import { Mixer } from '#audio/capture/mixer.ts';
import type { SpeakerPull } from '#audio/capture/speaker-queue.ts';
import { loadOpusCodec, type OpusCodec } from '#audio/opus/codec.ts';
import { isSilence, isTwentyMsPacket, silencePayload } from '#audio/opus/toc.ts';
import { amplitudeOf, decoded, tonePackets } from './tones.ts';

let codec: OpusCodec;
beforeAll(async () => {
  codec = await loadOpusCodec();
});
const createMixer = () => new Mixer({ codec }, { bitrateKbps: 96 });
const said = (...pulls: [string, SpeakerPull][]) => new Map(pulls);

test('one speaker is passed on byte for byte', async () => {
  const mixer = createMixer();
  const packets = await tonePackets(440, 20);
  const out = packets.map((packet) => mixer.mix(said(['ann', packet], ['ben', 'quiet'])));
  expect(out).toEqual(packets);
  expect(mixer.counts).toMatchObject({ forwarded: 20, mixed: 0 });
});

test('nobody is silence, and so is a hole', () => {
  const mixer = createMixer();
  expect(mixer.mix(new Map())).toEqual(silencePayload);
  expect(isSilence(mixer.mix(said(['ann', 'missing'])))).toBe(true);
});

test('two at once are both heard, each as loud as alone', async () => {
  const mixer = createMixer();
  const [low, high] = [await tonePackets(440, 50), await tonePackets(1_320, 50)];
  const out = low.map((packet, i) => mixer.mix(said(['ann', packet], ['ben', high[i]!])));
  expect(out.every(isTwentyMsPacket)).toBe(true);
  const heard = (await decoded(out)).subarray(960 * 10);
  expect(amplitudeOf(heard, 440)).toBeGreaterThan(6_500);
  expect(amplitudeOf(heard, 1_320)).toBeGreaterThan(6_500);
  expect(amplitudeOf(heard, 3_000)).toBeLessThan(200);
});

test('what is too loud together is cut, not wrapped', async () => {
  const mixer = createMixer();
  const loud = await tonePackets(440, 50, 30_000);
  const out = loud.map((packet) => mixer.mix(said(['ann', packet], ['ben', packet])));
  const heard = (await decoded(out)).subarray(960 * 10);
  // Wrapped samples would turn the tone's crests into their opposite.
  expect(amplitudeOf(heard, 440)).toBeGreaterThan(30_000);
});

test('a speaker who was passed on before is heard in the first mixed frame', async () => {
  const mixer = createMixer();
  const packets = await tonePackets(440, 30);
  for (const packet of packets.slice(0, 20)) mixer.mix(said(['ann', packet]));
  const out = packets.slice(20).map((packet) => mixer.mix(said(['ann', packet], ['ben', silencePayload])));
  const heard = await decoded(out);
  expect(amplitudeOf(heard.subarray(480, 1_440), 440)).toBeGreaterThan(4_000);
});

test('mixing goes on for a moment after the second stopped, then passes on again', async () => {
  const mixer = createMixer();
  const packets = await tonePackets(440, mixHoldFrames + 10);
  mixer.mix(said(['ann', packets[0]!], ['ben', packets[0]!]));
  const out = packets.map((packet) => mixer.mix(said(['ann', packet])));
  expect(out.map((packet, i) => packet === packets[i]).indexOf(true)).toBe(mixHoldFrames - 1);
  expect(out.at(-1)).toBe(packets.at(-1));
});

test('what isn’t Opus is left out, and the others go on', async () => {
  const mixer = createMixer();
  const packets = await tonePackets(440, 30);
  // The first byte of 20 ms of two frames of different length, without their lengths.
  const broken = Buffer.from([0xfe]);
  const out = packets.map((packet) => mixer.mix(said(['eve', broken], ['ann', packet])));
  expect(mixer.counts.undecodable).toBeGreaterThan(0);
  expect(amplitudeOf((await decoded(out)).subarray(960 * 10), 440)).toBeGreaterThan(6_500);
});

test('of very many at once, those who began first are mixed', async () => {
  const mixer = createMixer();
  const [low, high] = [await tonePackets(440, 30), await tonePackets(1_320, 30)];
  const out = low.map((packet, i) => {
    const early = Array.from({ length: speakersMixedMax }, (_, n) => [`early-${n}`, n ? 'missing' : packet]);
    return mixer.mix(new Map([...early, ['late', high[i]!]] as [string, SpeakerPull][]));
  });
  const heard = (await decoded(out)).subarray(960 * 10);
  expect(amplitudeOf(heard, 440)).toBeGreaterThan(6_500);
  expect(amplitudeOf(heard, 1_320)).toBeLessThan(200);
});
