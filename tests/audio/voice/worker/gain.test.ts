import { describe, expect, test } from 'vitest';
import { loadOpusCodec, type OpusCodec } from '#audio/opus/codec.ts';
import { isTwentyMsPacket, silencePayload } from '#audio/opus/toc.ts';
import { volumeIdleTurnsMax, volumesMax } from '#audio/voice/limits.ts';
import { amplify, Gain } from '#audio/voice/worker/gain.ts';
import { Volumes } from '#audio/voice/worker/volumes.ts';
import { amplitudeOf, decoded, tonePackets } from '../../capture/tones.ts';

const hertz = 440;
/** The codec needs a moment to swing in. */
const settledFrom = 10 * 960;

async function levelOf(packets: readonly Uint8Array[]): Promise<number> {
  return amplitudeOf((await decoded(packets)).subarray(settledFrom), hertz);
}

/** A codec that counts what is made with it. */
function counting(codec: OpusCodec) {
  const counts = { decoders: 0, decoded: 0 };
  const counted: OpusCodec = {
    ...codec,
    createDecoder() {
      counts.decoders++;
      const decoder = codec.createDecoder();
      return {
        decode(packet) {
          counts.decoded++;
          return decoder.decode(packet);
        },
      };
    },
  };
  return { counts, codec: counted };
}

async function volumesWith(loadCodec: () => Promise<OpusCodec>) {
  const warnings: string[] = [];
  const volumes = new Volumes({ loadCodec, warn: (text) => void warnings.push(text) });
  volumes.prepare(50);
  await new Promise((resolve) => setImmediate(resolve));
  return { volumes, warnings };
}

describe('a gain', () => {
  test.each([
    [50, 0.5],
    [200, 2],
    [30, 0.3],
  ])('of %d %% makes a tone %d times as strong', async (percent, factor) => {
    const packets = await tonePackets(hertz, 50);
    const gain = new Gain(await loadOpusCodec(), percent);
    const changed = packets.map((packet) => Buffer.from(gain.apply(packet)));
    expect(changed.every(isTwentyMsPacket)).toBe(true);
    const ratio = (await levelOf(changed)) / (await levelOf(packets));
    expect(ratio).toBeGreaterThan(factor * 0.95);
    expect(ratio).toBeLessThan(factor * 1.05);
  });

  test('bends what is too loud instead of clipping it: louder stays louder, and nothing wraps', () => {
    const inputs = Int16Array.from({ length: 65_535 }, (_, index) => index - 32_767);
    const samples = inputs.slice();
    amplify(samples, 2);
    expect(samples.slice(1).every((sample, index) => sample >= samples[index]!)).toBe(true);
    // Up to the knee it is exactly twice as much.
    expect(samples[32_767 + 13_000]).toBe(26_000);
    // Above it, less than that, and never flat at once.
    expect(samples[32_767 + 15_000]).toBeGreaterThan(28_000);
    expect(samples[32_767 + 15_000]).toBeLessThan(30_000);
    expect(samples.at(-1)).toBe(32_767);
    expect(samples[0]).toBe(-32_767);
  });
});

describe('volumes', () => {
  test('are made once per stream, volume and turn', async () => {
    const { codec, counts } = counting(await loadOpusCodec());
    const { volumes } = await volumesWith(async () => codec);
    const [first, second] = await tonePackets(hertz, 2);
    volumes.nextTurn();
    const one = volumes.at(50, 'north', first!);
    expect(volumes.at(50, 'north', first!)).toBe(one);
    expect(one).not.toBe(first);
    expect(counts).toEqual({ decoders: 1, decoded: 1 });
    volumes.at(70, 'north', first!);
    volumes.at(50, 'south', first!);
    expect(counts).toEqual({ decoders: 3, decoded: 3 });
    volumes.nextTurn();
    expect(volumes.at(50, 'north', second!)).not.toBe(one);
    expect(counts).toEqual({ decoders: 3, decoded: 4 });
  });

  test('leave alone what is at 100 % and what is silence, and need no codec for none', async () => {
    const volumes = new Volumes({ loadCodec: () => Promise.reject(new Error('never')), warn: () => {} });
    const [packet] = await tonePackets(hertz, 1);
    const silence = Buffer.from(silencePayload);
    expect(volumes.at(100, 'north', packet!)).toBe(packet);
    expect(volumes.at(50, 'north', silence)).toBe(silence);
    expect(volumes.at(0, 'north', packet!)).toEqual(silence);
  });

  test('fall back to the packet as it is when there is no codec, or it fails, and say so once', async () => {
    const [packet] = await tonePackets(hertz, 1);
    const without = await volumesWith(() => Promise.reject(new Error('gone')));
    const failing = await volumesWith(async () => ({
      createDecoder: () => ({
        decode: () => {
          throw new Error('not Opus');
        },
      }),
      createEncoder: () => ({ encode: () => new Uint8Array() }),
    }));
    for (const { volumes, warnings } of [without, failing]) {
      for (let turn = 0; turn < 5; turn++) {
        volumes.nextTurn();
        expect(volumes.at(50, 'north', packet!)).toBe(packet);
      }
      volumes.prepare(70);
      expect(warnings).toEqual(['volume not changed, played as it comes']);
    }
  });

  test('are no more than a worker can make: beyond that the closest is played, until unused ones are given up', async () => {
    const { codec, counts } = counting(await loadOpusCodec());
    const { volumes } = await volumesWith(async () => codec);
    const [packet] = await tonePackets(hertz, 1);
    volumes.nextTurn();
    const made = Array.from({ length: volumesMax }, (_, index) => volumes.at(index + 1, 'north', packet!));
    expect(volumes.at(150, 'north', packet!)).toBe(made.at(-1));
    expect(volumes.at(150, 'south', packet!)).toBe(packet);
    expect(counts.decoders).toBe(volumesMax);
    for (let turn = 0; turn < 2 * volumeIdleTurnsMax; turn++) volumes.nextTurn();
    expect(volumes.at(150, 'south', packet!)).not.toBe(packet);
    expect(counts.decoders).toBe(volumesMax + 1);
  });
});
