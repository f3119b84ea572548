import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOpusCodec } from '#audio/opus/codec.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const targetLufs = -16;
const seconds = 12;

/** The whole source as the decoder of a listener gives it, measured by EBU R 128. */
async function loudnessOf(folder: string, normalized: boolean): Promise<number> {
  const { opener } = openerUnderTest({ libraryDir: folder });
  const loudnessLufs = normalized ? targetLufs : undefined;
  const source = opener.source(sourceRequest('quiet.flac', { loudnessLufs }));
  await source.start(AbortSignal.timeout(10_000));
  const decoder = (await loadOpusCodec()).createDecoder();
  const pieces: Buffer[] = [];
  for await (const { payload } of source.frames()) pieces.push(Buffer.from(decoder.decode(payload).buffer));
  const sound = join(folder, 'heard.s16');
  writeFileSync(sound, Buffer.concat(pieces));
  const input = ['-f', 's16le', '-ar', '48000', '-ac', '2', '-i', sound];
  const { stderr } = spawnSync('ffmpeg', ['-nostdin', ...input, '-af', 'ebur128', '-f', 'null', '-'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return Number(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(stderr)?.[1]);
}

describe.skipIf(ffmpegMissing)('a quiet file', () => {
  test('is brought to the loudness of the hub where that is asked for, and left as it is elsewhere', async () => {
    using folder = temporaryFolder();
    const quiet = `sine=440:duration=${seconds},aformat=channel_layouts=stereo,volume=-20dB`;
    ffmpeg('-f', 'lavfi', '-i', quiet, '-ar', '48000', join(folder.path, 'quiet.flac'));
    expect(await loudnessOf(folder.path, false)).toBeLessThan(targetLufs - 15);
    const normalized = await loudnessOf(folder.path, true);
    expect(normalized).toBeGreaterThan(targetLufs - 1.5);
    expect(normalized).toBeLessThan(targetLufs + 1.5);
  });
});
