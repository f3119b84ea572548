import { describe, expect, test } from 'vitest';
import { loadOpusCodec, type OpusCodec } from '#audio/opus/codec.ts';
import { isTwentyMsPacket, silencePayload } from '#audio/opus/toc.ts';
import { volumeIdleTurnsMax, volumesMax } from '#audio/voice/limits.ts';
import { Gain } from '#audio/voice/worker/gain.ts';
import { Level } from '#audio/voice/worker/level.ts';
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
  volumes.prepare();
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
});

describe('a level', () => {
  const frames = 100;
  const half = 50 * 960;

  /** One channel of what a level makes of a sine, `frames` long. */
  function made(level: Level, toneHertz: number, amplitude: number): Int16Array {
    const out = new Int16Array(frames * 960);
    for (let frame = 0; frame < frames; frame++) {
      const samples = new Int16Array(960 * 2);
      for (let i = 0; i < 960; i++) {
        const at = (frame * 960 + i) / 48_000;
        samples.fill(Math.round(amplitude * Math.sin(2 * Math.PI * toneHertz * at)), 2 * i, 2 * i + 2);
      }
      const louder = level.apply(samples);
      for (let i = 0; i < 960; i++) out[frame * 960 + i] = louder[2 * i] ?? 0;
    }
    return out;
  }

  test.each([50, 440, 3_000])(
    'limits a tone of %d Hz that is too loud, instead of clipping it',
    (toneHertz) => {
      const out = made(new Level(2), toneHertz, 30_000).subarray(half);
      expect(amplitudeOf(out, toneHertz)).toBeGreaterThan(0.9 * 32_767);
      // Clipped to a square, its third harmonic would have a third of its strength.
      expect(amplitudeOf(out, 3 * toneHertz)).toBeLessThan(0.02 * 32_767);
      expect(Math.max(...out)).toBeLessThanOrEqual(32_767);
    },
  );

  test('scales exactly what isn’t too loud', () => {
    expect(amplitudeOf(made(new Level(1.5), hertz, 10_000).subarray(half), hertz)).toBeCloseTo(15_000, -2);
  });

  test('lets go of the limit after the loud part', () => {
    const level = new Level(2);
    made(level, hertz, 30_000);
    expect(amplitudeOf(made(level, hertz, 8_000).subarray(half), hertz)).toBeCloseTo(16_000, -2);
  });

  test('glides to its volume without a step', () => {
    const level = new Level(0.2, 1);
    const constant = new Int16Array(960 * 2).fill(10_000);
    const heard = Array.from({ length: 12 }, () => [...level.apply(constant)]).flat();
    const steps = heard.slice(1).map((sample, index) => Math.abs(sample - (heard[index] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(150);
    expect([heard.at(-1), level.settled]).toEqual([2_000, true]);
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

  test('glide for the channel that changes, whose codec then serves all', async () => {
    const { codec, counts } = counting(await loadOpusCodec());
    const { volumes } = await volumesWith(async () => codec);
    const packets = await tonePackets(hertz, 30);
    const glide = { id: 1, fromPercent: 100, nowPercent: 100, done: false };
    const heard: number[] = [];
    for (const packet of packets) {
      volumes.nextTurn();
      volumes.at(50, 'north', packet, glide.done ? undefined : glide);
      heard.push(Math.round(glide.nowPercent));
    }
    expect(heard.slice(0, 12)).toEqual([95, 90, 85, 80, 75, 70, 65, 60, 55, 50, 50, 50]);
    expect([glide.done, counts.decoders]).toEqual([true, 1]);
  });

  test('glide to 0 and to 100 % as well, and only then need no codec', async () => {
    const { volumes } = await volumesWith(loadOpusCodec);
    const packets = await tonePackets(hertz, 24);
    for (const percent of [0, 100]) {
      const glide = { id: percent, fromPercent: 50, nowPercent: 50, done: false };
      const ways = packets.map((packet) => {
        volumes.nextTurn();
        const given = volumes.at(percent, `to ${percent}`, packet, glide.done ? undefined : glide);
        return given === packet
          ? 'untouched'
          : given.equals(Buffer.from(silencePayload))
            ? 'silence'
            : 'made';
      });
      const last = percent === 0 ? 'silence' : 'untouched';
      expect(ways).toEqual([...Array(10).fill('made'), ...Array(14).fill(last)]);
    }
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
      volumes.prepare();
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
