import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Mp4TrackReader } from '#audio/mp4/track-reader.ts';
import { chosenTrack } from '#audio/tracks/choice.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const tonesHz = [500, 1_000, 1_500];

/** A file with these tracks, each a tone of its own, marked as given. */
function film(path: string, dispositions: readonly string[], ...output: string[]): void {
  const inputs = dispositions.flatMap((_, index) => ['-f', 'lavfi', '-i', `sine=${tonesHz[index]}:d=3`]);
  const maps = dispositions.flatMap((disposition, index) => [
    ...['-map', String(index), `-disposition:a:${index}`, disposition],
  ]);
  // Some have fewer channels than others: that is no reason to prefer them.
  ffmpeg(...inputs, ...maps, ...['-ac:a:0', '1', '-ac:a:1', '2'], ...output, path);
}

/** Which of the tones is heard, and whether its packets came as they were. */
async function heard(
  libraryDir: string,
  name: string,
): Promise<{ toneHz: number | undefined; passed: boolean }> {
  const { opener } = openerUnderTest({ libraryDir });
  const source = opener.source(sourceRequest(name));
  const { passedThrough: passed } = await source.start(never);
  const packets: Uint8Array[] = [];
  for await (const { payload } of source.frames()) if (packets.push(payload) >= 75) break;
  const samples = (await decoded(packets)).subarray(24_000);
  return { toneHz: tonesHz.find((toneHz) => amplitudeOf(samples, toneHz) > 1_000), passed };
}

describe.skipIf(ffmpegMissing)('of several tracks', () => {
  const marked: readonly [string, readonly string[], number][] = [
    ['the default is heard, though it is the second', ['0', 'default'], 1_000],
    ['the first is heard where none is a default', ['0', '0', '0'], 500],
    ['the first of several defaults is heard', ['0', 'default', 'default'], 1_000],
    ['a commentary is passed over', ['comment+default', 'default'], 1_000],
    ['a commentary is passed over where none is a default', ['comment', '0'], 1_000],
    ['help for the hard of hearing is passed over', ['hearing_impaired+default', '0'], 1_000],
    ['a description for the blind is passed over', ['visual_impaired+default', 'default'], 1_000],
    ['a commentary is passed over though it is the only default', ['0', 'comment+default'], 500],
    ['a commentary is heard where there is nothing else', ['comment', 'comment+default'], 1_000],
  ];
  const containers = [
    ['film.mkv', ['-c:a', 'aac'], false],
    ['film.webm', ['-c:a', 'libopus', '-f', 'webm'], true],
    ['film.mka', ['-c:a', 'libopus', '-f', 'matroska'], true],
    ['film.mp4', ['-c:a', 'aac', '-movflags', 'faststart'], false],
    ['index-at-the-start.m4a', ['-c:a', 'aac', '-f', 'mov', '-movflags', 'faststart'], false],
    ['index-at-the-end.mp4', ['-c:a', 'aac'], false],
    ['index-at-the-end.m4a', ['-c:a', 'aac', '-f', 'mov'], false],
  ] as const;
  test.each(marked)('%s', async (_, dispositions, toneHz) => {
    using folder = temporaryFolder();
    for (const [name, output, passed] of containers) {
      // ffmpeg writes WebM and QuickTime without a mark for a track's audience, and MP4 without one for the hard of
      // hearing.
      const isPlain = dispositions.every((disposition) => /^(0|default)$/.test(disposition));
      const untold = dispositions.join().includes('hearing') ? /webm|m4a|mp4/ : /webm|m4a/;
      if (!isPlain && untold.test(name)) continue;
      film(join(folder.path, name), dispositions, ...output);
      expect(await heard(folder.path, name), name).toEqual({ toneHz, passed });
    }
  });

  test('a default of another codec is decoded, its neighbour of Opus isn’t heard', async () => {
    using folder = temporaryFolder();
    const codecs = ['-c:a:0', 'libopus', '-c:a:1', 'libvorbis'];
    film(join(folder.path, 'two.mka'), ['0', 'default'], ...codecs, '-f', 'matroska');
    expect(await heard(folder.path, 'two.mka')).toEqual({ toneHz: 1_000, passed: false });
  });

  test('the index of a long film is passed over, not held', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'film.mp4');
    film(path, ['0', 'default'], '-c:a', 'aac', '-movflags', 'faststart');
    const file = readFileSync(path);
    for (const chunkBytes of [1, 7, 1_000, file.length]) {
      const reader = new Mp4TrackReader();
      for (let at = 0; at < file.length; at += chunkBytes) reader.push(file.subarray(at, at + chunkBytes));
      expect(chosenTrack(reader.tracks ?? []), `chunks of ${chunkBytes}`).toBe(1);
    }
  });
});

test('an MP4 that makes no sense is left to the decoder', () => {
  const box = (type: string, size: number, content = Buffer.alloc(0)) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(size);
    header.write(type, 4, 'latin1');
    return Buffer.concat([header, content]);
  };
  const ftyp = box('ftyp', 8);
  for (const [bytes, tracks] of [
    [box('mdat', 100), null],
    [box('moov', 3), null],
    [box('moov', 8), []],
    [Buffer.concat([box('moov', 40), box('trak', 32), box('tkhd', 24)]), undefined],
  ] as const) {
    const reader = new Mp4TrackReader();
    reader.push(ftyp);
    reader.push(bytes);
    reader.push(box('mdat', 8));
    expect(reader.tracks).toEqual(tracks);
  }
});
