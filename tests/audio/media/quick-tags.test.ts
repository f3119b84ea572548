import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickTags } from '#audio/media/quick-tags.ts';
import { tagLengthMax } from '#audio/media/tag-line.ts';
import type { AnyPlace } from '#audio/source/order/any-place.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { mutantsOf } from '../support/mutants.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const bytesOf = (name: string) => readFileSync(path(name));
const said = { title: 'Über den Wolken; é = ё', artist: 'Хор Севера', album: 'Live' };
const tags = Object.entries(said).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
const names = ['v3.mp3', 'v4.mp3', 'a.ogg', 'a.opus', 'a.flac', 'flac.ogg'];

function inMemory(bytes: Buffer): AnyPlace & { readBytes: number } {
  const file = {
    ...{ sizeBytes: bytes.length, isCheap: true, isNear: true, readBytes: 0, close: () => {} },
    async *from(start: number) {
      for (let at = start; at < bytes.length; at += 16_384) {
        file.readBytes += 16_384;
        yield bytes.subarray(at, at + 16_384);
      }
    },
  };
  return file;
}

beforeAll(() => {
  if (ffmpegMissing) return;
  tone(2, path('a.wav'));
  const from = ['-i', path('a.wav'), ...tags];
  for (const version of [3, 4]) ffmpeg(...from, '-id3v2_version', String(version), path(`v${version}.mp3`));
  ffmpeg(
    '-i',
    path('a.wav'),
    '-metadata',
    'title=Short',
    '-write_id3v2',
    '0',
    '-write_id3v1',
    '1',
    path('v1.mp3'),
  );
  ffmpeg('-i', path('a.wav'), '-metadata', 'album_artist=Band', path('band.mp3'));
  ffmpeg('-i', path('a.wav'), '-write_id3v2', '0', path('none.mp3'));
  ffmpeg(...from, '-c:a', 'libvorbis', path('a.ogg'));
  ffmpeg(...from, '-c:a', 'libopus', path('a.opus'));
  ffmpeg(...from, '-c:a', 'flac', path('a.flac'));
  ffmpeg(...from, '-c:a', 'flac', path('flac.ogg'));
  ffmpeg(...from, path('a.m4a'));
});
afterAll(() => folder[Symbol.dispose]());

describe.skipIf(ffmpegMissing)('tags without ffmpeg', () => {
  test.each(names)('are those of the file: %s', async (name) => {
    expect(await quickTags(inMemory(bytesOf(name)))).toMatchObject(said);
  });

  test('a FLAC says how long it is', async () => {
    expect((await quickTags(inMemory(bytesOf('a.flac'))))?.durationMs).toBe(2_000);
  });

  test('are those of the end where the beginning has none, and none where there are none', async () => {
    expect(await quickTags(inMemory(bytesOf('v1.mp3')))).toMatchObject({ title: 'Short' });
    expect(await quickTags(inMemory(bytesOf('none.mp3')))).toEqual({});
    expect(await quickTags(inMemory(bytesOf('band.mp3')))).toMatchObject({ artist: 'Band' });
  });

  test('are left to ffmpeg for other kinds, and for what is odd', async () => {
    const mp3 = bytesOf('v4.mp3');
    const doubled = Buffer.from(mp3);
    doubled[5] = 0x80;
    const pictureFirst = Buffer.concat([
      mp3.subarray(0, 10),
      Buffer.from('APIC\0\x7f\x7f\x7f\0\0'),
      mp3.subarray(10),
    ]);
    for (const bytes of [
      bytesOf('a.wav'),
      bytesOf('a.m4a'),
      doubled,
      pictureFirst,
      Buffer.from('ID3'),
      Buffer.alloc(0),
    ])
      expect(await quickTags(inMemory(bytes))).toBeUndefined();
    expect(await quickTags({ ...inMemory(mp3), isCheap: false })).toBeUndefined();
  });

  test.each(names)('of damaged bytes never throw, are short, and read little: %s', async (name) => {
    for (const mutant of mutantsOf(bytesOf(name).subarray(0, 40_000), 400, 7)) {
      const file = inMemory(mutant);
      const found = (await quickTags(file)) ?? {};
      for (const text of [found.title, found.artist, found.album])
        expect([...(text ?? '')].length).toBeLessThanOrEqual(tagLengthMax);
      expect(file.readBytes).toBeLessThan(200 * 65_536);
    }
  });
});
