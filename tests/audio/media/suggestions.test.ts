import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Asker } from '#audio/media/contract.ts';
import { BackgroundReader } from '#audio/media/index/background-reader.ts';
import { Shelves } from '#audio/media/shelves.ts';
import { Suggestions, type SuggestionsComponents } from '#audio/media/suggestions.ts';
import type { ItemFacts } from '#audio/source/contract.ts';
import type { FfmpegFacts } from '#audio/source/ffmpeg/program.ts';
import { LibraryFolders } from '#audio/source/library-folders.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { folderForTest, MemoryCache, member, memoryOf, publisher, stranger } from './support.ts';

const never = new AbortController().signal;
const cid = (letter: string) => letter.repeat(64);

/** A library whose tags are what the test says, by the end of the name. */
function world(
  names: readonly string[],
  tags: Record<string, ItemFacts> = {},
  more: Partial<SuggestionsComponents> = {},
) {
  const root = folderForTest();
  for (const name of names) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), name);
  }
  const clock = new FakeClock();
  const cache = new MemoryCache();
  const read: string[] = [];
  const facts = {
    async read(_file: unknown, name: string) {
      read.push(name);
      return tags[name] ?? { title: name };
    },
  };
  const library = new LibraryFolders({ libraryDir: root, guildLibraryDirs: {} });
  const parts = { library, cache, facts, clock };
  const shelves = new Shelves(parts);
  const ffmpeg = { check: async () => ({}) as FfmpegFacts };
  const reader = () =>
    new BackgroundReader({ ...parts, ffmpeg, shelves: () => shelves.all(), logger: silentLogger() });
  const suggestions = new Suggestions({
    ...{ shelves, clock, memory: () => memoryOf(), farProgrammes: () => [], communities: { list: () => [] } },
    ...{ uploads: { of: async () => [] }, artifacts: () => ({ list: async () => [] }) },
    ...more,
  });
  return {
    ...{ root, clock, cache, read, shelves, parts },
    pass: () => reader().pass(never),
    refresh: () => Promise.all(shelves.all().map((shelf) => shelf.refresh())),
    async names(search: string, asker: Asker = member) {
      return (await suggestions.suggest(search, asker)).map(({ name }) => name);
    },
    values: async (search: string, asker: Asker = member) =>
      (await suggestions.suggest(search, asker)).map(({ value }) => value),
  };
}

const evening = { title: 'Evening Song', artist: 'North Choir', album: 'Hall', durationMs: 1_000 };

test('names are found at once, titles and artists once they were read, words in any order', async () => {
  const { names, pass, refresh, values } = world(['shows/01.mp3', 'shows/02.mp3', 'Ümlaut.opus'], {
    '01': evening,
  });
  await refresh();
  expect(await names('SHOWS 01')).toEqual(['shows/01']);
  expect(await names('choir')).toEqual([]);
  await pass();
  for (const typed of ['choir', 'song even', 'hall NORTH', '01'])
    expect(await names(typed), typed).toEqual(['Evening Song · North Choir']);
  expect(await values('choir')).toEqual(['shows/01.mp3']);
  // Letters taken apart, as a Mac types them.
  expect(await names('u\u0308ml')).toEqual(['Ümlaut']);
  expect(await names('shows')).toEqual(['shows/ · folder', 'Evening Song · North Choir', 'shows/02']);
});

test('what was read is kept by size and time, also by the next process', async () => {
  const { pass, read, root, parts, clock } = world(['a.mp3', 'b.mp3']);
  await pass();
  await pass();
  expect(read).toEqual(['a', 'b']);
  const next = new Shelves(parts);
  await Promise.all(next.all().map((shelf) => shelf.refresh()));
  expect(next.all()[0]?.knownOf('a.mp3')?.title).toBe('a');
  writeFileSync(join(root, 'a.mp3'), 'longer than before');
  rmSync(join(root, 'b.mp3'));
  await clock.advance(3_000);
  await pass();
  expect(read).toEqual(['a', 'b', 'a']);
});

test('members find what the guild opened, their own uploads and neighbours; publishers everything', async () => {
  const own = { cid: cid('a'), userId: 'ben', sizeBytes: 1, facts: { title: 'Mine' } };
  const others = { cid: cid('b'), userId: 'eve', sizeBytes: 1, facts: { title: 'Theirs' } };
  const recording = {
    ...{ cid: cid('c'), sizeBytes: 1, mediaType: 'audio/ogg', label: 'Night show.opus', guildId: 'g1' },
    ...{ source: 'live recording for server', createdAtMs: 1 },
  };
  const played = [
    { source: `artifact:${cid('b')}`, facts: { title: 'Theirs' } },
    { source: 'secret.mp3', facts: { title: 'Secret' } },
    { source: 'https://radio.example/live', facts: { title: 'Radio' } },
  ];
  const { names, refresh } = world(
    ['secret.mp3'],
    {},
    {
      memory: () => memoryOf([], played),
      uploads: { of: async ({ role }) => (role === 'publisher' ? [own, others] : [own]) },
      artifacts: () => ({
        list: async () => [recording, { ...recording, guildId: undefined, cid: cid('d') }],
      }),
      farProgrammes: () => [{ community: 'North', title: 'Choir', reference: 'abc@North' }],
    },
  );
  await refresh();
  expect(await names('', stranger)).toEqual(['Choir · plays in North', 'guildmesh sample', 'Mine', 'Radio']);
  expect(await names('secret', stranger)).toEqual([]);
  expect(await names('', { ...stranger, role: 'dj' })).toContain('secret');
  expect(await names('', publisher)).toEqual(
    expect.arrayContaining(['secret', 'Mine', 'Theirs', 'Night show', 'Radio']),
  );
  expect((await names('', publisher)).filter((name) => name === 'Night show')).toHaveLength(1);
});

test('each kind has its place, none crowds out the rest, and a value can be picked', async () => {
  const library = Array.from({ length: 60 }, (_, index) => `Track ${index}.mp3`);
  const many = (what: string) =>
    Array.from({ length: 30 }, (_, index) => ({
      source: `https://radio.example/${what}/${index}/${'x'.repeat(120)}`,
      facts: { title: `Track of ${what} ${index}` },
    }));
  const { names, refresh, values } = world(
    library,
    {},
    {
      memory: () => memoryOf(many('favourites'), many('recent')),
      communities: {
        list: () => [{ peerId: 'p', name: 'Trackers', trusted: false, connected: true, addresses: [] }],
      },
    },
  );
  await refresh();
  const found = await names('track');
  expect(found).toHaveLength(25);
  expect(found[0]).toBe('Trackers · community');
  expect(found.slice(1, 7).every((name) => name.startsWith('Track of favourites'))).toBe(true);
  expect(found.slice(7, 21).every((name) => /^Track \d+$/.test(name))).toBe(true);
  expect(found.slice(21).every((name) => name.startsWith('Track of recent'))).toBe(true);
  for (const value of await values('track')) expect(value.length).toBeLessThanOrEqual(100);
  expect(new Set(await values('track')).size).toBe(25);
});

test('tags are read with a twentieth of a core', async () => {
  const { clock, parts, read, shelves } = world(['a.mp3', 'b.mp3', 'c.mp3']);
  let signalMs = 0;
  const facts = {
    async read(_file: unknown, name: string) {
      read.push(name);
      signalMs += 100;
      return { title: name };
    },
  };
  const rests: number[] = [];
  const slow = {
    ...{ nowMs: () => clock.nowMs(), after: clock.after.bind(clock), monotonicMs: () => signalMs },
    sleep: async (ms: number) => void rests.push(ms),
  };
  const ffmpeg = { check: async () => ({}) as FfmpegFacts };
  const reader = new BackgroundReader({
    ...{ ...parts, ffmpeg, facts, clock: slow, shelves: () => shelves.all(), logger: silentLogger() },
  });
  await reader.pass(never);
  expect(read).toEqual(['a', 'b', 'c']);
  expect(rests.map((ms) => Math.round(ms / 100))).toEqual([19, 19, 19]);
});
