import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asker, AttachedFile, Playable } from '#audio/media/contract.ts';
import { CoverStore } from '#audio/media/cover-store.ts';
import { FactsReader } from '#audio/media/facts-reader.ts';
import { Resolver } from '#audio/media/resolver.ts';
import { Shelves } from '#audio/media/shelves.ts';
import { Uploads } from '#audio/media/uploads.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { LibraryFolders } from '#audio/source/library-folders.ts';
import { shortNameOf } from '#audio/source/library-names.ts';
import type { ArtifactDraft, ArtifactInfo, KeptArtifact } from '#contracts/artifacts.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { MemoryCache, MemoryUploads, member, memoryOf, publisher, stranger } from './support.ts';

const never = new AbortController().signal;
const folder = temporaryFolder();
const path = (...names: string[]) => join(folder.path, ...names);
const packets = Array.from({ length: 50 }, (_, index) => opusPacket(index));
const uploadBytesMax = 1_000_000;
const clock = systemClock();
let station: Awaited<ReturnType<typeof httpStation>>;
let kept: ArtifactInfo[] = [];
let served = 0;

const artifacts = {
  async get(cid: string, guildId?: string) {
    return kept.find((info) => info.cid === cid && info.guildId === guildId);
  },
  list: async () => kept.filter(({ source }) => source !== 'player upload'),
  async forget(cid: string, guildId: string, source: string) {
    kept = kept.filter((info) => info.cid !== cid || info.guildId !== guildId || info.source !== source);
  },
  async put(draft: ArtifactDraft, bytes: AsyncIterable<Uint8Array>): Promise<KeptArtifact> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const cid = createHash('sha256').update(whole).digest('hex');
    const { label, source, guildId } = draft;
    const info = {
      cid,
      label,
      source,
      guildId,
      sizeBytes: whole.length,
      mediaType: 'audio/ogg',
      createdAtMs: 0,
    };
    const isNew = !kept.some((each) => each.cid === cid && each.guildId === guildId);
    if (isNew) kept.push(info);
    return { ...info, isNew };
  },
};
const attachments = {
  async *open(url: string) {
    served++;
    yield readFileSync(path('files', url.split('/').at(-1) ?? ''));
  },
};

function world(favourites: Playable[] = []) {
  const ffmpeg = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: '/usr/local/bin:/usr/bin:/bin' });
  const covers = new CoverStore({ clock }, { folder: path('covers') });
  const parts = {
    ffmpeg,
    covers,
    clock,
    logger: silentLogger(),
    chance: systemChance(),
    cache: new MemoryCache(),
  };
  const facts = new FactsReader(parts);
  const library = new LibraryFolders({ libraryDir: path('library'), guildLibraryDirs: {} });
  const store = new MemoryUploads();
  const uploads = new Uploads(
    { ...parts, facts, store, artifacts: () => artifacts, attachments: () => attachments },
    { folder: path('incoming'), uploadBytesMax },
  );
  const shelves = new Shelves({ ...parts, library, facts });
  const init = { allowedPrivateHosts: ['127.0.0.1'], openTimeoutMs: 5_000 };
  const memory = () => memoryOf(favourites);
  const resolver = new Resolver(
    { ...parts, facts, library, shelves, uploads, memory, artifacts: () => artifacts },
    init,
  );
  const resolve = (what: string, asker: Asker = member, files: AttachedFile[] = [], itemsMax = 20) =>
    resolver.resolve({ what, files, audience: 'server', itemsMax }, asker, never);
  const sources = async (what: string, asker?: Asker) =>
    (await resolve(what, asker)).items.map(({ source }) => source);
  return { store, resolve, sources };
}

function attached(name: string, sizeBytes = readFileSync(path('files', name)).length): AttachedFile {
  return { name, url: `https://cdn.discordapp.com/attachments/1/2/${name}`, sizeBytes };
}

beforeAll(async () => {
  for (const name of ['library/shows', 'files']) mkdirSync(path(...name.split('/')), { recursive: true });
  for (const name of ['shows/one.opus', 'shows/two.opus', 'Evening Song.opus', 'Evening Star.opus'])
    writeFileSync(path('library', name), oggLink(1, packets));
  writeFileSync(
    path('library', 'list.m3u'),
    '#EXTM3U\n#EXTINF:1,First\nshows/one.opus\nhttp://radio.example/x.mp3\n',
  );
  writeFileSync(path('library', `${'long '.repeat(30)}.opus`), oggLink(1, packets));
  writeFileSync(path('files', 'mine.opus'), oggLink(7, packets, 'My Song'));
  writeFileSync(path('files', 'other.opus'), oggLink(8, packets, 'Other'));
  writeFileSync(
    path('files', 'picture.mp3'),
    Buffer.concat([Buffer.from('\x89PNG\r\n', 'latin1'), Buffer.alloc(2_000)]),
  );
  writeFileSync(path('files', 'page.mp3'), '<!doctype html><title>Hello</title>');
  if (!ffmpegMissing) tone(2, path('files', 'tone.mp3'), '-c:a', 'libmp3lame', '-metadata', 'title=Tone');
  station = await httpStation((request, response) => {
    const url = new URL(request.url ?? '', 'http://x').pathname;
    if (url === '/radio') {
      response.setHeader('icy-name', 'Test FM');
      response.write(oggLink(1, packets));
    } else if (url === '/moved') response.writeHead(302, { location: '/login?next=x' }).end();
    else if (url === '/secret') response.writeHead(401).end();
    else if (url.startsWith('/login'))
      response.setHeader('content-type', 'text/html').end('<html><title>Hi</title>');
    else if (url === '/page')
      response.setHeader('content-type', 'text/html').end('<html><title>A page</title>');
    else if (url === '/list.m3u')
      response.end('#EXTM3U\n#EXTINF:5,A\na.opus\n#EXTINF:5,B\nb.opus\n#EXTINF:5,C\nc.opus\n');
    else {
      const bytes = readFileSync(path('files', 'tone.mp3'));
      response.setHeader('accept-ranges', 'bytes').setHeader('content-length', bytes.length).end(bytes);
    }
  });
});

afterAll(async () => {
  await station[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('what is meant in the library', () => {
  test.each([
    ['Evening Song.opus', ['Evening Song.opus']],
    ['evening song', ['Evening Song.opus']],
    ['song', ['Evening Song.opus']],
    ['shows/', ['shows/one.opus', 'shows/two.opus']],
    ['Shows', ['shows/one.opus', 'shows/two.opus']],
    ['list.m3u', ['shows/one.opus', 'http://radio.example/x.mp3']],
    ['sample', ['sample']],
    [shortNameOf(`${'long '.repeat(30)}.opus`), [`${'long '.repeat(30)}.opus`]],
  ])('%s', async (what, expected) => {
    expect(await world().sources(what)).toEqual(expected);
  });

  test('a folder is cut where the queue is full, and says so', async () => {
    const { items, leftOut } = await world().resolve('shows/', member, [], 1);
    expect(items.map(({ facts }) => facts.title)).toEqual(['one']);
    expect(leftOut).toBe('1 more don’t fit: 1 can be added now.');
  });

  test('nothing found says what may have been meant, but nothing of what isn’t theirs', async () => {
    const { resolve } = world();
    const next = async (what: string, asker: Asker) => {
      const { code, next: step } = (await rejection(resolve(what, asker))) as { code: string; next: string };
      expect(code).toBe('PLAYER_NOTHING_FOUND');
      return step;
    };
    expect(await next('evening', member)).toContain('“Evening Song.opus”');
    expect(await next('Evening Sonk', member)).toContain('“Evening Song”');
    expect(await next('Evening Song.opus', stranger)).not.toContain('Evening');
    expect(await next('Evening Sonk', stranger)).not.toContain('Evening');
    for (const odd of [
      '',
      '../../etc/passwd',
      'broadcast:a@b',
      'queue:p1',
      'tone',
      'channel:123456789012345678',
      '@everyone `x`',
    ])
      await next(odd, member);
  });

  test('a favourite with a long address is found by its short form', async () => {
    const source = `https://radio.example/${'x'.repeat(200)}`;
    const favourite = { source, facts: { title: 'Radio' } };
    const { resolve } = world([favourite]);
    expect((await resolve(shortNameOf(source))).items).toEqual([favourite]);
    expect((await resolve('radio')).items).toEqual([favourite]);
  });
});

describe.skipIf(ffmpegMissing)('what is meant by an address', () => {
  test('a file has its tags and length, a station its name, a list its entries', async () => {
    const { resolve } = world();
    const [file] = (await resolve(`<${station.url}/music/Tone%20one.mp3>`)).items;
    expect(file).toMatchObject({ source: `${station.url}/music/Tone%20one.mp3`, facts: { title: 'Tone' } });
    expect(file?.facts.durationMs).toBeCloseTo(2_000, -3);
    expect((await resolve(`${station.url}/radio`)).items).toEqual([
      { source: `${station.url}/radio`, facts: { title: 'Test FM' } },
    ]);
    const { items, leftOut } = await resolve(`${station.url}/list.m3u`, member, [], 2);
    expect(items).toEqual([
      { source: `${station.url}/a.opus`, facts: { title: 'A' } },
      { source: `${station.url}/b.opus`, facts: { title: 'B' } },
    ]);
    expect(leftOut).toContain('1 more');
  });

  test.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'PLAYER_PAGE_NOT_SOUND'],
    ['youtu.be/dQw4w9WgXcQ', 'PLAYER_PAGE_NOT_SOUND'],
    ['https://open.spotify.com/track/1', 'PLAYER_PAGE_NOT_SOUND'],
    ['STATION/page', 'AUDIO_NOT_AUDIO'],
    ['STATION/moved', 'PLAYER_LOGIN_WALL'],
    ['STATION/secret', 'PLAYER_LOGIN_WALL'],
    ['http://169.254.169.254/latest', 'AUDIO_ADDRESS_REFUSED'],
    ['http://169.254.169.254/', 'AUDIO_ADDRESS_REFUSED'],
    ['https://user:pass@radio.example/x.mp3', 'AUDIO_URL_INVALID'],
  ])('%s is %s', async (what, code) => {
    expect(await rejection(world().resolve(what.replace('STATION', station.url)))).toMatchObject({ code });
  });
});

describe.skipIf(ffmpegMissing)('uploads', () => {
  test('become artifacts of the guild, found again by their owner and by publishers only', async () => {
    kept = [];
    const { resolve, sources, store } = world();
    const [item] = (await resolve('', stranger, [attached('mine.opus')])).items;
    expect(item?.facts).toMatchObject({ title: 'My Song' });
    expect(kept).toMatchObject([{ guildId: 'g1', source: 'player upload', label: 'mine.opus' }]);
    const source = item?.source ?? '';
    expect(await sources(source, stranger)).toEqual([source]);
    expect(await sources('my song', stranger)).toEqual([source]);
    expect(await sources(source, publisher)).toEqual([source]);
    expect(await rejection(sources(source, member))).toMatchObject({ code: 'PLAYER_NOTHING_FOUND' });
    expect(await rejection(sources(source, { ...publisher, guildId: 'g2' }))).toMatchObject({
      code: 'PLAYER_NOTHING_FOUND',
    });
    // Gone with its time: it no longer counts.
    kept = [];
    await resolve('', stranger, [attached('other.opus')]);
    expect(store.rows.map(({ facts }) => facts.title)).toEqual(['Other']);
  });

  test('of several none is kept where one is no sound, and those beyond the room aren’t fetched', async () => {
    kept = [];
    const { resolve, store } = world();
    const files = [attached('mine.opus'), attached('page.mp3')];
    expect(await rejection(resolve('', stranger, files))).toMatchObject({ code: 'AUDIO_NOT_AUDIO' });
    expect([kept, store.rows]).toEqual([[], []]);
    const before = served;
    const fitting = await resolve('', stranger, [attached('mine.opus'), attached('other.opus')], 1);
    expect(fitting).toMatchObject({ leftOut: expect.stringContaining('1 of 2 files'), items: [{}] });
    expect(served).toBe(before + 1);
  });

  test('what is given up is gone, but not where somebody else gave it, too', async () => {
    kept = [];
    const { resolve, store } = world();
    const give = (asker: Asker) => resolve('', asker, [attached('mine.opus')]);
    const first = await give(stranger);
    const second = await give(member);
    const sources = first.items.map(({ source }) => source);
    await second.discard?.(['another']);
    expect(store.rows).toHaveLength(2);
    await first.discard?.(sources);
    expect(store.rows).toMatchObject([{ userId: 'ann' }]);
    expect(kept).toHaveLength(1);
    // What was there before stays.
    await (await give(member)).discard?.(sources);
    expect([store.rows.length > 0, kept.length]).toEqual([true, 1]);
    const alone = await resolve('', stranger, [attached('other.opus')]);
    await alone.discard?.(alone.items.map(({ source }) => source));
    expect(kept).toHaveLength(1);
  });

  test('what is no sound, or too much, leaves nothing behind', async () => {
    kept = [];
    const { resolve, store } = world();
    for (const name of ['picture.mp3', 'page.mp3'])
      expect(await rejection(resolve('', stranger, [attached(name)]))).toMatchObject({
        code: 'AUDIO_NOT_AUDIO',
      });
    const before = served;
    expect(await rejection(resolve('', stranger, [attached('mine.opus', 500_000_000)]))).toMatchObject({
      code: 'PLAYER_UPLOAD_TOO_LARGE',
    });
    expect(served).toBe(before);
    expect([kept, store.rows]).toEqual([[], []]);
    const large = { userId: 'ben', facts: { title: 'x' } };
    for (const cid of ['a', 'b']) {
      kept.push({ ...(kept[0] as ArtifactInfo), cid, guildId: 'g1' });
      await store.put('g1', { ...large, cid, sizeBytes: 49_000 });
    }
    const quota = (whose: string) => ({ code: 'PLAYER_UPLOAD_QUOTA', details: { whose } });
    expect(await rejection(resolve('', stranger, [attached('mine.opus')]))).toMatchObject(quota('person'));
    for (let index = 0; index < 10; index++) {
      kept.push({ ...(kept[0] as ArtifactInfo), cid: `c${index}`, guildId: 'g1' });
      await store.put('g1', { ...large, userId: `u${index}`, cid: `c${index}`, sizeBytes: 90_000 });
    }
    expect(await rejection(resolve('', member, [attached('mine.opus')]))).toMatchObject(quota('server'));
    expect(kept).toHaveLength(12);
  });
});
