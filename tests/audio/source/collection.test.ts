import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shuffled } from '#audio/source/collection.ts';
import { systemChance } from '#core/clock.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const framesEach = 5;

function libraryOf(folder: string): void {
  mkdirSync(join(folder, 'shows', 'old'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  const file = (mark: number) =>
    oggLink(
      mark,
      Array.from({ length: framesEach }, () => opusPacket(mark)),
    );
  ['shows/1.opus', 'shows/3.opus', 'shows/old/4.opus'].forEach((name, index) => {
    writeFileSync(join(folder, name), file([1, 3, 4][index] as number));
  });
  writeFileSync(join(folder, 'shows', '2.opus'), '<html>no sound at all</html>');
}

async function marks(folder: string, name: string, count: number, shuffle = false) {
  const { opener } = openerUnderTest({ libraryDir: folder });
  const request = sourceRequest(name, { loop: true, shuffle });
  const source = opener.source(request);
  await source.start(never);
  const heard: number[] = [];
  for await (const { payload } of source.frames()) if (heard.push(payload[2] ?? 0) >= count) break;
  const titles = request.events.flatMap((event) => (event.kind === 'title' ? [event.title] : []));
  return { heard: heard.filter((_, index) => index % framesEach === 0), titles };
}

test('a folder plays in order, below it too, leaves out what can’t be played, and begins again', async () => {
  using folder = temporaryFolder();
  libraryOf(folder.path);
  const { heard, titles } = await marks(folder.path, 'shows/', 6 * framesEach);
  expect(heard).toEqual([1, 3, 4, 1, 3, 4]);
  // By its file until its tags are read, which is before its first frame.
  expect(titles.slice(0, 6)).toEqual(['1', 'link', '3', 'link', '4', 'link']);
});

test('shuffled plays each once a round', async () => {
  using folder = temporaryFolder();
  libraryOf(folder.path);
  const { heard } = await marks(folder.path, 'shows/', 6 * framesEach, true);
  expect(heard.slice(0, 3).toSorted()).toEqual([1, 3, 4]);
  expect(heard.slice(3).toSorted()).toEqual([1, 3, 4]);
  const many = Array.from({ length: 50 }, (_, index) => index);
  expect(shuffled(systemChance(), many)).not.toEqual(many);
  expect(shuffled(systemChance(), many).toSorted((a, b) => a - b)).toEqual(many);
});

test('a playlist names files beside it, with titles of its own', async () => {
  using folder = temporaryFolder();
  libraryOf(folder.path);
  const lines = ['#EXTM3U', '#EXTINF:1,The third', '3.opus', 'old\\4.opus', '../../etc/passwd', 'list.m3u'];
  writeFileSync(join(folder.path, 'shows', 'list.m3u'), lines.join('\r\n'));
  const { heard, titles } = await marks(folder.path, 'shows/list.m3u', 4 * framesEach);
  expect(heard).toEqual([3, 4, 3, 4]);
  expect(titles.slice(0, 2)).toEqual(['The third', '4']);
});

test('one without anything to play says so', async () => {
  using folder = temporaryFolder();
  libraryOf(folder.path);
  writeFileSync(join(folder.path, 'none.m3u'), '#EXTM3U\nmissing.opus\n');
  const { opener } = openerUnderTest({ libraryDir: folder.path });
  for (const [name, code] of [
    ['empty/', 'AUDIO_NOT_AUDIO'],
    ['nowhere/', 'AUDIO_SOURCE_UNKNOWN'],
    ['../', 'AUDIO_SOURCE_UNKNOWN'],
  ] as const)
    expect(await rejection(opener.source(sourceRequest(name)).start(never)), name).toMatchObject({ code });
  const source = opener.source(sourceRequest('none.m3u', { loop: true }));
  expect(await rejection(source.start(never))).toMatchObject({
    code: 'AUDIO_NOT_AUDIO',
    message: expect.stringContaining('“missing.opus”: there is no such file in the library'),
  });
});
