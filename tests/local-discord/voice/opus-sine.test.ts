import { spawnSync } from 'node:child_process';
import { OpusDecoder } from 'opus-decoder';
import { expect, test } from 'vitest';
import { channelId, createStage, record, until } from './stage.ts';

const toneHz = 440;
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

test.skipIf(!hasFfmpeg)('a 440 Hz tone that a bot sends is a 440 Hz tone where it is heard', async () => {
  const packets = oggPackets(encodeTone()).slice(2);
  expect(packets.length).toBeGreaterThan(90);
  const stage = await createStage();
  try {
    const bot = await stage.bot().ready();
    const listener = await stage.server.listen({ channelId, daveVersion: 1 }, '200000000000000001');
    const heard = record(listener);
    await bot.encrypting();
    for (const packet of packets) {
      bot.send(packet);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until('all packets', () => heard.length === packets.length);
    expect(heard.map(({ payload }) => payload)).toEqual(packets);
    expect(heard.every((frame) => frame.e2ee)).toBe(true);

    const samples = await decode(heard.map(({ payload }) => payload));
    expect(Math.abs(frequencyOf(samples.subarray(9_600, 57_600)) - toneHz)).toBeLessThan(2);
  } finally {
    await stage.close();
  }
});

function encodeTone(): Buffer {
  const input = ['-f', 'lavfi', '-i', `sine=frequency=${toneHz}:sample_rate=48000:duration=2`];
  const output = ['-ac', '2', '-c:a', 'libopus', '-frame_duration', '20', '-f', 'ogg', 'pipe:1'];
  return spawnSync('ffmpeg', ['-v', 'error', ...input, ...output]).stdout;
}

/** Packets of a one-stream Ogg file whose packets may run over segments, not over pages. */
function oggPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let pageAt = 0;
  while (pageAt < file.length) {
    const segments = file.readUInt8(pageAt + 26);
    const lacing = file.subarray(pageAt + 27, pageAt + 27 + segments);
    let at = pageAt + 27 + segments;
    let start = at;
    for (const length of lacing) {
      at += length;
      if (length === 255) continue;
      packets.push(file.subarray(start, at));
      start = at;
    }
    pageAt = at;
  }
  return packets;
}

async function decode(packets: Uint8Array[]): Promise<Float32Array> {
  const decoder = new OpusDecoder({ channels: 2 });
  await decoder.ready;
  const { channelData, errors } = decoder.decodeFrames(packets);
  decoder.free();
  expect(errors).toEqual([]);
  return channelData[0]!;
}

/** By counting the rising crossings of zero. */
function frequencyOf(samples: Float32Array): number {
  let crossings = 0;
  for (let index = 1; index < samples.length; index += 1) {
    if (samples[index - 1]! < 0 && samples[index]! >= 0) crossings += 1;
  }
  return (crossings * 48_000) / samples.length;
}
