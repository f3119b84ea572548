import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coverBytesMax } from '#audio/media/cover.ts';
import { CoverStore } from '#audio/media/cover-store.ts';
import { FactsReader } from '#audio/media/facts-reader.ts';
import { parseTags } from '#audio/media/tags.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { LocalFile } from '#audio/source/order/any-place.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing, tone } from '../support/ffmpeg.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const program = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: '/usr/local/bin:/usr/bin:/bin' });
const clock = systemClock();
const covers = new CoverStore({ clock }, { folder: path('covers') });
const reader = new FactsReader({ ffmpeg: program, covers, clock, logger: silentLogger() });
const never = new AbortController().signal;
const tags = ['title=Evening = Song; é', 'artist=North Choir', 'album=Live'].flatMap((tag) => [
  '-metadata',
  tag,
]);
const hostile = `@everyone \`code\` \u202egnp.exe \u0007\nline`;

async function factsOf(name: string) {
  const handle = await open(path(name));
  const file = new LocalFile(handle, (await handle.stat()).size);
  try {
    return await reader.read(file, name.replace(/\.\w+$/, ''), never);
  } finally {
    file.close();
  }
}

/** A picture as the cover of a copy of a.mp3. */
function withCover(name: string, size: string, ...more: string[]): void {
  const picture = path(`${name}.jpg`);
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    `nullsrc=s=${size}:d=1,geq=random(1)*255:128:128`,
    '-frames:v',
    '1',
    ...more,
    picture,
  );
  const maps = ['-map', '0:a', '-map', '1', '-c', 'copy', '-disposition:v', 'attached_pic'];
  ffmpeg('-i', path('a.mp3'), '-i', picture, ...maps, path(name));
}

beforeAll(() => {
  if (ffmpegMissing) return;
  tone(12, path('a.wav'), ...tags);
  const from = ['-i', path('a.wav')];
  ffmpeg(...from, '-c:a', 'libmp3lame', '-q:a', '4', ...tags, path('a.mp3'));
  ffmpeg(...from, '-c:a', 'libmp3lame', '-b:a', '64k', '-write_xing', '0', ...tags, path('cbr.mp3'));
  ffmpeg(...from, '-c:a', 'libvorbis', path('a.ogg'));
  ffmpeg(...from, '-c:a', 'libopus', path('a.opus'));
  ffmpeg(...from, '-c:a', 'flac', path('a.flac'));
  ffmpeg(...from, '-c:a', 'aac', path('a.m4a'));
  ffmpeg(...from, '-c:a', 'libopus', path('a.mka'));
  ffmpeg(...from, '-map_metadata', '-1', '-c:a', 'libmp3lame', path('Untagged – 01.mp3'));
  ffmpeg(...from, '-c:a', 'libmp3lame', '-metadata', `title=${hostile}`, path('hostile.mp3'));
  ffmpeg(...from, '-c:a', 'libopus', '-metadata', 'title=', path('blank.opus'));
});

afterAll(() => folder[Symbol.dispose]());

describe.skipIf(ffmpegMissing)('facts of a file', () => {
  test.each(['a.wav', 'a.mp3', 'cbr.mp3', 'a.ogg', 'a.opus', 'a.flac', 'a.m4a', 'a.mka'])(
    'its tags and its length: %s',
    async (name) => {
      const { durationMs = 0, ...facts } = await factsOf(name);
      expect(facts).toEqual({ title: 'Evening = Song; é', artist: 'North Choir', album: 'Live' });
      expect(Math.abs(durationMs - 12_000)).toBeLessThan(150);
    },
  );

  test('without a title it is called like its file', async () => {
    expect(await factsOf('Untagged – 01.mp3')).toMatchObject({ title: 'Untagged – 01' });
    expect(await factsOf('blank.opus')).toMatchObject({ title: 'blank' });
  });

  test('tags become one clean line', async () => {
    expect(await factsOf('hostile.mp3')).toMatchObject({ title: '@everyone `code` gnp.exe line' });
    const megabyte = 'x'.repeat(1_048_576);
    expect(parseTags(`;FFMETADATA1\ntitle=${megabyte}\nartist=a\\\nb\\=c\n`)).toEqual({
      title: `${'x'.repeat(199)}…`,
      artist: 'a b=c',
    });
  });

  test('a title of a megabyte is cut', async () => {
    const script = path('long.txt');
    writeFileSync(script, `;FFMETADATA1\ntitle=${'é'.repeat(524_288)}\nartist=North\n`);
    ffmpeg(
      '-i',
      path('a.mp3'),
      '-i',
      script,
      '-map',
      '0:a',
      '-map_metadata',
      '1',
      '-c',
      'copy',
      path('long.mp3'),
    );
    const { title, artist, durationMs } = await factsOf('long.mp3');
    expect([title.length, artist, durationMs !== undefined]).toEqual([200, 'North', true]);
  });

  test('a cover becomes small, and has its content as its id', async () => {
    withCover('cover.mp3', '1600x1200');
    const { coverId = '' } = await factsOf('cover.mp3');
    const cover = await covers.read(coverId);
    expect(cover?.bytes.length).toBeLessThanOrEqual(coverBytesMax);
    writeFileSync(path('out.jpg'), cover?.bytes ?? '');
    const probe = ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', path('out.jpg')];
    expect(spawnSync('ffprobe', probe).stdout.toString().trim()).toBe('512,384');
    expect((await factsOf('cover.mp3')).coverId).toBe(coverId);
  });

  test('a cover of 12 MiB is read, one of 20,000 px is left out, and the rest of the file is known', async () => {
    withCover('large.mp3', '4000x3000', '-q:v', '1');
    expect(statSync(path('large.mp3')).size).toBeGreaterThan(8 * 1_048_576);
    expect((await factsOf('large.mp3')).coverId).toBeDefined();
    const small = readFileSync(path('cover.mp3.jpg'));
    const frame = small.indexOf(Buffer.of(0xff, 0xc0));
    // Claims 20,000 px each way: decoded they would take more than a gigabyte.
    small.writeUInt16BE(20_000, frame + 5);
    small.writeUInt16BE(20_000, frame + 7);
    const mp3 = readFileSync(path('cover.mp3'));
    const at = mp3.indexOf(small.subarray(0, 100));
    writeFileSync(
      path('wide.mp3'),
      Buffer.concat([mp3.subarray(0, at), small, mp3.subarray(at + small.length)]),
    );
    const facts = await factsOf('wide.mp3');
    expect(facts).toMatchObject({ title: 'Evening = Song; é' });
    expect(facts.coverId).toBeUndefined();
  });

  test('of bytes that are nothing, only the name is known', async () => {
    writeFileSync(path('noise.mp3'), Buffer.alloc(100_000, 0xff));
    expect(await factsOf('noise.mp3')).toEqual({ title: 'noise' });
    writeFileSync(path('empty.ogg'), '');
    expect(await factsOf('empty.ogg')).toEqual({ title: 'empty' });
  });
});

test('the oldest covers go when there is no room', async () => {
  let nowMs = 1_000_000;
  const small = new CoverStore(
    { clock: { nowMs: () => (nowMs += 1_000) } },
    { folder: path('few'), bytesMax: 1_000 },
  );
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) ids.push(await small.keep(Buffer.alloc(240, index)));
  expect(await small.read(ids[0] ?? '')).toBeDefined();
  ids.push(await small.keep(Buffer.alloc(240, 4)));
  const left = await Promise.all(ids.map(async (id) => (await small.read(id)) !== undefined));
  expect(left).toEqual([true, false, false, true, true]);
  expect(readdirSync(path('few'))).toHaveLength(3);
  expect(await small.read('../../hub.db')).toBeUndefined();
});
