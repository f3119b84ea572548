import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const toneHz = 1_000;
const seconds = 3;
/** An eighth of full scale is what ffmpeg's sine has, on two channels 3 dB less on each. */
const amplitude = 4_096 * Math.SQRT1_2;

function made(folder: string, name: string, ...output: string[]): string {
  const path = join(folder, name);
  ffmpeg('-f', 'lavfi', '-i', `sine=${toneHz}:d=${seconds}:r=48000`, '-ac', '2', ...output, path);
  return path;
}

async function heard(
  opener: ReturnType<typeof openerUnderTest>['opener'],
  name: string,
  framesMax = Infinity,
) {
  const source = opener.source(sourceRequest(name));
  await source.start(never);
  const packets: Uint8Array[] = [];
  for await (const { payload } of source.frames()) if (packets.push(payload) >= framesMax) break;
  const samples = (await decoded(packets)).subarray(48_000);
  return { level: amplitudeOf(samples, toneHz) / amplitude, seconds: packets.length / 50 };
}

const files: readonly [string, readonly string[]][] = [
  ['mp2.mp2', ['-c:a', 'mp2']],
  ['mp2.mpa', ['-c:a', 'mp2', '-f', 'mp2']],
  ['mp2-in-ts.ts', ['-c:a', 'mp2']],
  ['aac-in-ts.ts', ['-c:a', 'aac']],
  ['latm-in-ts.ts', ['-c:a', 'aac', '-mpegts_flags', 'latm']],
  ['mp3-in-ts.ts', ['-c:a', 'libmp3lame']],
  ['ac3-in-ts.ts', ['-c:a', 'ac3']],
  ['eac3-in-ts.m2ts', ['-c:a', 'eac3', '-mpegts_m2ts_mode', '1']],
  ['raw.ac3', ['-c:a', 'ac3']],
  ['raw.eac3', ['-c:a', 'eac3']],
  ['film.mkv', ['-c:a', 'ac3']],
  ['film.mp4', ['-c:a', 'eac3', '-movflags', 'faststart']],
  ['s16.aiff', []],
  ['s24.aif', ['-c:a', 'pcm_s24be']],
  ['f32.aifc', ['-c:a', 'pcm_f32be', '-f', 'aiff']],
  ['sowt.aifc', ['-c:a', 'pcm_s16le', '-f', 'aiff']],
  ['a-law.aiff', ['-c:a', 'pcm_alaw']],
  ['quicktime.mov', ['-c:a', 'pcm_s24be', '-movflags', 'faststart']],
  ['mu-law.wav', ['-c:a', 'pcm_mulaw']],
];

describe.skipIf(ffmpegMissing)('a format', () => {
  test.each(files)('%s plays whole, at its pitch and level', async (name, output) => {
    using folder = temporaryFolder();
    made(folder.path, name, ...output);
    const sound = await heard(openerUnderTest({ libraryDir: folder.path }).opener, name);
    expect(sound.level).toBeGreaterThan(0.9);
    expect(sound.level).toBeLessThan(1.1);
    expect(sound.seconds).toBeGreaterThan(seconds - 0.15);
    expect(sound.seconds).toBeLessThan(seconds + 0.15);
  });

  test.each([
    ['MP2', ['-c:a', 'mp2', '-b:a', '192k']],
    ['AAC', ['-c:a', 'aac', '-b:a', '128k']],
  ])('a radio that sends %s in MPEG-TS plays, tuned into in the middle of a packet', async (_, output) => {
    using folder = temporaryFolder();
    const stream = readFileSync(made(folder.path, 'radio.ts', ...output));
    await using station = await httpStation(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp2t' });
      // At the pace of its sound, for ever; the burst of a tuner first.
      const step = Math.ceil(stream.length / seconds / 10);
      for (let at = 100; !response.destroyed; at += step) {
        const from = at % stream.length;
        response.write(stream.subarray(from, from + step));
        if (at > step * 10) await setTimeout(100);
      }
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    const sound = await heard(opener, `${station.url}/radio`, 125);
    expect(sound.seconds).toBe(2.5);
    expect(sound.level).toBeGreaterThan(0.85);
  });

  test('of another kind stays closed and is named, in whatever it is wrapped', async () => {
    using folder = temporaryFolder();
    made(folder.path, 'dts.ts', '-c:a', 'dca', '-strict', '-2');
    made(folder.path, 'wma.mkv', '-c:a', 'wmav2');
    made(folder.path, 'sound.au', '-c:a', 'pcm_s16be', '-f', 'au');
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    const closed = { 'dts.ts': /DTS/, 'wma.mkv': /WMA|Windows Media/, 'sound.au': /\bAU\b/ };
    for (const [name, named] of Object.entries(closed))
      expect(await rejection(heard(opener, name)), name).toMatchObject({
        code: 'AUDIO_CODEC_CLOSED',
        message: expect.stringMatching(named),
      });
  });
});
