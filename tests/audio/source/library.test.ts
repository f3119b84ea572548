import { mkdirSync, promises, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { folderItems } from '#audio/source/collection.ts';
import { LibraryIndex, libraryLimits, listingOf, readFolder } from '#audio/source/library-index.ts';
import { isAudioName } from '#audio/source/library-names.ts';
import { namedSources } from '#audio/source/named-sources.ts';
import { broadcastStart, sourceList } from '#contracts/actions/broadcast.ts';
import { systemClock } from '#core/clock.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { audioUnderTest } from '../support/harness.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;

function put(folder: string, name: string, mark = 1): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  const packets = Array.from({ length: 5 }, () => opusPacket(mark));
  writeFileSync(join(folder, name), isAudioName(name) ? oggLink(1, packets) : '');
}

/** The mark in the first packet: which file it is that is heard. */
async function heard(folder: string, name: string) {
  const source = openerUnderTest({ libraryDir: folder }).opener.source(sourceRequest(name));
  const { title } = await source.start(never);
  const first = await source.frames().next();
  source.stop();
  return { title, mark: first.value?.payload[2] };
}

test('a file plays in every spelling of its name, its very own first', async () => {
  using folder = temporaryFolder();
  const composed = 'Früh stück/Café.opus';
  put(folder.path, composed.normalize('NFD'), 7);
  for (const typed of [composed, composed.normalize('NFD'), composed.toUpperCase(), 'früh stück/CAFÉ.opus'])
    expect(await heard(folder.path, typed), typed).toEqual({ title: 'Café', mark: 7 });
  put(folder.path, composed, 8);
  put(folder.path, composed.toLowerCase(), 9);
  expect((await heard(folder.path, composed)).mark).toBe(8);
  expect((await heard(folder.path, composed.normalize('NFD'))).mark).toBe(7);
  expect((await heard(folder.path, composed.toLowerCase())).mark).toBe(9);
});

test('what two folders that are spelled alike hold is found in either', async () => {
  using folder = temporaryFolder();
  put(folder.path, 'Café/one.opus', 1);
  put(folder.path, 'Café/two.opus'.normalize('NFD'), 2);
  expect((await heard(folder.path, 'café/TWO.opus')).mark).toBe(2);
  expect((await heard(folder.path, 'café/ONE.opus')).mark).toBe(1);
});

test('a name that begins as an address does means a file first', async () => {
  using folder = temporaryFolder();
  const names = [
    'Live: part 1.opus',
    'tone: deep.opus',
    'channel: 4.opus',
    'file:x.opus',
    'broadcast:a.opus',
  ];
  for (const [index, name] of names.entries()) {
    put(folder.path, name, index + 2);
    expect((await heard(folder.path, name)).mark, name).toBe(index + 2);
  }
  expect((await heard(folder.path, 'live: PART 1.opus')).mark).toBe(2);
  for (const name of ['Live: part 2.opus', 'file:///etc/passwd', 'concat:a.opus'])
    expect(await rejection(heard(folder.path, name)), name).toMatchObject({ code: 'AUDIO_SCHEME_REFUSED' });
});

test('the spelling of a name leads out of the library no more than the name', async () => {
  using folder = temporaryFolder();
  using outside = temporaryFolder();
  put(outside.path, 'Secret.opus', 66);
  mkdirSync(join(folder.path, 'inside'));
  symlinkSync(outside.path, join(folder.path, 'Link'));
  symlinkSync(join(outside.path, 'Secret.opus'), join(folder.path, 'Out.opus'));
  for (const name of ['link/secret.opus', 'LINK/Secret.opus', 'out.opus', 'inside/../../Secret.opus', '../x'])
    expect(await rejection(heard(folder.path, name)), name).toMatchObject({ code: 'AUDIO_SOURCE_UNKNOWN' });
});

test('a folder plays in natural order all that plays by name', async () => {
  using folder = temporaryFolder();
  const names = [
    '1.mp3',
    '2.m4b',
    'Three.weba',
    '10.mov',
    '4.3gp',
    '5.spx',
    '6.MP3',
    'three b.mp2',
    '7.aiff',
  ];
  for (const name of [...names, 'cover.jpg', 'notes.txt']) put(folder.path, `show/${name}`);
  put(folder.path, 'show/deep/2/3/4/5/6/7/8.opus');
  put(folder.path, 'elsewhere/linked.opus');
  symlinkSync(join(folder.path, 'elsewhere', 'linked.opus'), join(folder.path, 'show', '9.opus'));
  const { items, leftOut } = await folderItems([folder.path], 'SHOW/');
  expect(items.map(({ name }) => name)).toEqual(
    [
      ...['1.mp3', '2.m4b', '4.3gp', '5.spx', '6.MP3', '7.aiff', '9.opus', '10.mov'],
      ...['deep/2/3/4/5/6/7/8.opus', 'three b.mp2', 'Three.weba'],
    ].map((name) => `show/${name}`),
  );
  expect(leftOut).toBeUndefined();
});

test('what a limit leaves out is reported', async () => {
  using folder = temporaryFolder();
  put(folder.path, 'show/1.opus');
  const steps = Array.from({ length: libraryLimits.depth }, (_, index) => `${index}`);
  put(folder.path, `show/${steps.join('/')}/too-deep.opus`);
  const { audio, run } = audioUnderTest({}, { libraryDir: folder.path });
  const view = await run(broadcastStart, { guildId: '1', source: 'show/' });
  await audio.stop?.();
  expect(view.sources[0]?.leftOut).toEqual({
    ...{ count: 0, of: 1 },
    reasons: ['1 folders lie more than 16 deep, or are more than 10000'],
  });
});

test('every folder of a large library is offered, and a folder of 10,500 files says how many it plays', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'a'));
  for (let index = 0; index < 10_500; index++) writeFileSync(join(folder.path, 'a', `${index}.opus`), '');
  for (const name of ['b/1.opus', 'Zoë/x/2.opus'.normalize('NFD')]) put(folder.path, name);
  const index = new LibraryIndex(systemClock());
  const offered = await namedSources(index, [folder.path], 'folder');
  expect(offered.map(({ source }) => source.normalize('NFC'))).toEqual(['a/', 'b/', 'Zoë/', 'Zoë/x/']);
  expect(await namedSources(index, [folder.path], 'ZOË/X/2')).toHaveLength(1);
  const { items, leftOut } = await folderItems([folder.path], 'a/');
  expect(items.at(-1)).toEqual({ name: 'a/9999.opus' });
  expect(leftOut).toMatchObject({ count: 500, of: 10_500 });
});

test('suggestions follow the library, and look again only at what has changed', async () => {
  using folder = temporaryFolder();
  put(folder.path, 'one/1.opus');
  put(folder.path, 'two/2.opus');
  const index = new LibraryIndex(systemClock());
  const settle = () => {
    for (const name of ['', 'one', 'two']) utimesSync(join(folder.path, name), 1_000, 1_000);
  };
  settle();
  const first = await index.of(folder.path);
  expect(await index.of(folder.path)).toBe(first);
  put(folder.path, 'two/3.opus');
  expect((await index.of(folder.path)).files).toEqual(['one/1.opus', 'two/2.opus', 'two/3.opus']);
  // Changed a moment ago: what comes within the same tick of the file system's clock is seen, too.
  put(folder.path, 'two/4.opus');
  expect((await index.of(folder.path)).files).toHaveLength(4);
});

test('what vanishes or turns into a link while a library is looked at fails nothing and leads nowhere', async () => {
  using folder = temporaryFolder();
  using outside = temporaryFolder();
  put(outside.path, 'secret.opus');
  put(outside.path, 'deep/secret.opus');
  for (const name of ['gone.opus', 'kept.opus', 'a/1.opus', 'b/deep/2.opus', 'c/3.opus', 'd/4.opus'])
    put(folder.path, name);
  const at = (name: string) => join(folder.path, name);
  const replace = (name: string, target: string) => {
    rmSync(at(name), { recursive: true });
    symlinkSync(target, at(name));
  };
  for (const link of ['dangling.opus', 'turned.opus']) symlinkSync(at('kept.opus'), at(link));

  // Between the names of a folder and the look at each.
  const readdir = promises.readdir.bind(promises) as (...args: unknown[]) => Promise<never>;
  const spy = vi.spyOn(promises, 'readdir').mockImplementationOnce(async (...args: unknown[]) => {
    const entries = await readdir(...args);
    for (const name of ['gone.opus', 'dangling.opus', 'c']) rmSync(at(name), { recursive: true });
    replace('turned.opus', join(outside.path, 'secret.opus'));
    return entries;
  });
  const known = await listingOf(folder.path, async (path, root) => {
    // Between the names of the folder above and the look into it; `b` is itself above.
    if (path === at('a/')) replace('a', outside.path);
    if (path === at('b/deep/')) replace('b', outside.path);
    return readFolder(path, root);
  });
  spy.mockRestore();
  expect(known.files.filter((name) => name !== 'gone.opus')).toEqual(['d/4.opus', 'kept.opus']);
  const after = await new LibraryIndex(systemClock()).of(folder.path);
  expect(after.files).toEqual(['d/4.opus', 'kept.opus']);
});

test('a library that is itself a link is looked at where it leads', async () => {
  using folder = temporaryFolder();
  put(folder.path, 'real/show/1.opus');
  symlinkSync(join(folder.path, 'real', 'show', '1.opus'), join(folder.path, 'real', '2.opus'));
  symlinkSync(join(folder.path, 'real'), join(folder.path, 'library'));
  const { files } = await new LibraryIndex(systemClock()).of(join(folder.path, 'library'));
  expect(files).toEqual(['2.opus', 'show/1.opus']);
});

test('a name that is too long for a suggestion is offered short, and plays by that', async () => {
  using folder = temporaryFolder();
  const long = (end: string) =>
    `${'Audiobooks/Ä'.normalize('NFD')}${'x'.repeat(70)}/${'chapter '.repeat(10)}${end}.opus`;
  put(folder.path, long('1'), 1);
  put(folder.path, long('2'), 2);
  const { audio, run } = audioUnderTest({}, { libraryDir: folder.path });
  const { sources } = await run(sourceList, { guildId: '1', search: 'chapter 2' });
  expect(sources).toEqual([{ source: long('2'), title: sources[0]?.short, short: expect.any(String) }]);
  const short = sources[0]?.short ?? '';
  expect(short.length).toBeLessThanOrEqual(100);
  expect(short).toMatch(/^Audiobooks\/Äx+…#[0-9a-f]{10}….*chapter 2\.opus$/);
  expect((await heard(folder.path, short)).mark).toBe(2);
  const folders = (await run(sourceList, { guildId: '1', search: 'Folder' })).sources;
  for (const { short: name, source } of folders) {
    const { items } = await folderItems([folder.path], name ?? source);
    expect(items).toHaveLength(2);
  }
  await audio.stop?.();
});
