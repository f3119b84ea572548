import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceRequest } from '#audio/source/contract.ts';
import { extinfTitle } from '#audio/source/hls/segment-titles.ts';
import { TimedMetadata } from '#audio/source/hls/timed-metadata.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const secondsEach = 2;
/** A page, and what a decoder begins with. */
const slackFrames = 12;

interface Told {
  title: string;
  /** The frame that it came before. */
  atFrame: number;
}

/** What a source says of what plays, and with which frame; and its sound. */
async function told(
  name: string,
  init: { libraryDir?: string; host?: string },
  changes: Partial<SourceRequest> = {},
) {
  const { opener } = openerUnderTest({
    ...(init.libraryDir ? { libraryDir: init.libraryDir } : {}),
    allowedPrivateHosts: init.host ? [init.host] : [],
  });
  const titles: Told[] = [];
  const packets: Uint8Array[] = [];
  const source = opener.source(
    sourceRequest(name, {
      ...changes,
      onEvent: (event) => {
        if (event.kind !== 'title') return;
        const { title } = event;
        if (titles.at(-1)?.atFrame === packets.length) titles.pop();
        titles.push({ title, atFrame: packets.length });
      },
    }),
  );
  await source.start(never);
  try {
    for await (const { payload } of source.frames()) packets.push(payload);
  } catch (error) {
    // A station that ends is lost.
    expect(error).toMatchObject({ code: 'AUDIO_SOURCE_LOST' });
  }
  return { titles, packets };
}

function expectTold(titles: readonly Told[], expected: readonly string[]): void {
  expect(titles.map(({ title }) => title)).toEqual(expected);
  titles.forEach(({ atFrame }, index) => {
    const lateFrames = atFrame - index * secondsEach * 50;
    // Each file ends with a whole frame of its own.
    expect(Math.abs(lateFrames), `frame of title ${index}`).toBeLessThan(slackFrames + 3 * index);
  });
}

/** A tag of version 2.3 whose texts are taken to be Latin-1, whatever they are. */
function id3(frames: Record<string, Buffer>): Buffer {
  const body = Buffer.concat(
    Object.entries(frames).flatMap(([id, text]) => {
      const header = Buffer.alloc(10);
      header.write(id, 'latin1');
      header.writeUInt32BE(text.length + 1, 4);
      return [header, Buffer.of(0), text];
    }),
  );
  const size = body.length;
  return Buffer.concat([Buffer.from('ID3'), Buffer.of(3, 0, 0, 0, 0, size >> 7, size & 0x7f), body]);
}

const cyrillic = Buffer.from('d1e5f0e3e5e9', 'hex');

describe.skipIf(ffmpegMissing)('titles', () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());

  const song = (name: string, hertz: number, tags: Record<string, string>, ...output: string[]) => {
    const metadata = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
    const path = join(folder.path, name);
    ffmpeg('-f', 'lavfi', '-i', `sine=${hertz}:d=${secondsEach}:r=48000`, ...metadata, ...output, path);
    return readFileSync(path);
  };
  const chains = [
    ['vorbis.ogg', ['-ac', '2', '-c:a', 'libvorbis', '-f', 'ogg']],
    ['flac.oga', ['-c:a', 'flac', '-f', 'ogg']],
    ['passed.opus', ['-c:a', 'libopus', '-f', 'ogg']],
    ['decoded.opus', ['-c:a', 'libopus', '-frame_duration', '40', '-f', 'ogg']],
  ] as const;
  beforeAll(() => {
    for (const [name, output] of chains)
      writeFileSync(
        join(folder.path, name),
        Buffer.concat([
          song(`1-${name}`, 500, {}, ...output),
          song(`2-${name}`, 1_000, { artist: 'Ada', title: "It's" }, ...output),
          song(`3-${name}`, 1_500, {}, ...output),
          song(`4-${name}`, 2_000, { title: 'Last' }, ...output),
        ]),
      );
  }, 60_000);

  test.each(chains)('of each link of %s come with its sound, none swallows the next', async (name) => {
    const { titles, packets } = await told(name, { libraryDir: folder.path });
    const links = titles[0]?.title === '' ? titles : [{ title: '', atFrame: 0 }, ...titles];
    expectTold(links, ['', "Ada – It's", '', 'Last']);
    const second = await decoded(packets.slice(125, 175));
    expect(amplitudeOf(second.subarray(9_600), 1_000)).toBeGreaterThan(1_000);
  });

  test.each(chains)('of a station of %s are followed, too', async (name) => {
    const bytes = readFileSync(join(folder.path, name));
    await using server = await httpStation((_, response) => {
      response.writeHead(200, { 'content-type': 'application/ogg', 'icy-name': 'Radio' });
      response.end(bytes);
    });
    const { titles } = await told(`${server.url}/live`, { host: server.host });
    expect(titles.map(({ title }) => title).filter(Boolean)).toEqual(["Ada – It's", 'Last']);
  });

  test('of a folder are the tags of its files, in whatever container; the file’s name without', async () => {
    const items = join(folder.path, 'items');
    mkdirSync(items, { recursive: true });
    const tags = { artist: 'Ada', title: 'Song' };
    const containers = {
      '1.mp3': ['-c:a', 'libmp3lame'],
      '2.flac': [],
      '3.m4a': ['-movflags', 'faststart'],
      '4.wav': [],
      '5.ogg': ['-ac', '2', '-c:a', 'libvorbis'],
      '6.mka': ['-c:a', 'aac', '-metadata:s:a:0', 'title=Stereo'],
      '7.opus': ['-c:a', 'libopus'],
    };
    for (const [name, output] of Object.entries(containers)) {
      song(name, 500, tags, ...output);
      copyFileSync(join(folder.path, name), join(items, name));
    }
    const plain = song('plain.mp3', 500, {}, '-c:a', 'libmp3lame', '-write_xing', '0', '-id3v2_version', '0');
    writeFileSync(join(items, '8 no tags.mp3'), plain);
    // Programs of Windows wrote Cyrillic where the format says Latin-1.
    writeFileSync(join(items, '9.mp3'), Buffer.concat([id3({ TPE1: cyrillic, TIT2: cyrillic }), plain]));
    const { titles } = await told('items/', { libraryDir: folder.path });
    expectTold(titles, [...Array(7).fill('Ada – Song'), '8 no tags', 'Сергей – Сергей']);
  }, 30_000);

  test('of HLS are those of its segments, or what their sound carries', async () => {
    const aac = song('a.aac', 500, {}, '-c:a', 'aac', '-f', 'adts');
    const carried = Buffer.concat([id3({ TPE1: Buffer.from('Ada'), TIT2: Buffer.from('Carried') }), aac]);
    const list = (...segments: [title: string, name: string][]) =>
      ['#EXTM3U', '#EXT-X-TARGETDURATION:2']
        .concat(segments.flatMap(([title, name]) => [`#EXTINF:${secondsEach},${title}`, name]))
        .concat('#EXT-X-ENDLIST')
        .join('\n');
    const answers: Record<string, string | Buffer> = {
      '/plain.aac': aac,
      '/tagged.aac': carried,
      '/listed.m3u8': list(
        ['Ada – First', 'plain.aac'],
        ['title="Second",artist="Ada",url="x"', 'plain.aac'],
        ['no desc', 'plain.aac'],
        ['Fourth', 'plain.aac'],
      ),
      '/carried.m3u8': list(['', 'plain.aac'], ['', 'tagged.aac'], ['', 'plain.aac']),
    };
    await using server = await httpStation((request, response) => {
      response.end(answers[request.url ?? '']);
    });
    const listed = await told(`${server.url}/listed.m3u8`, { host: server.host });
    expectTold(listed.titles, ['Ada – First', 'Ada – Second', '', 'Fourth']);
    const inside = await told(`${server.url}/carried.m3u8`, { host: server.host });
    expect(inside.titles.map(({ title }) => title)).toEqual(['Ada – Carried']);
    expect(Math.abs((inside.titles[0]?.atFrame ?? 0) - 100)).toBeLessThan(slackFrames);
  }, 30_000);

  test('of HLS in fragmented MP4 are those of its event messages', async () => {
    const made = join(folder.path, 'fragmented');
    mkdirSync(made);
    const output = ['-c:a', 'aac', '-f', 'hls', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod'];
    const path = join(made, 'list.m3u8');
    ffmpeg('-f', 'lavfi', '-i', 'sine=500:d=6:r=48000', ...output, '-hls_time', String(secondsEach), path);
    const part = (name: string) => readFileSync(join(made, name));
    const titled = (title: string) => emsg(id3({ TPE1: Buffer.from('Ada'), TIT2: Buffer.from(title) }));
    const answers: Record<string, string | Buffer> = {
      '/list.m3u8': part('list.m3u8'),
      '/init.mp4': part('init.mp4'),
      '/list0.m4s': part('list0.m4s'),
      '/list1.m4s': Buffer.concat([titled('One'), part('list1.m4s')]),
      '/list2.m4s': Buffer.concat([titled('Two'), part('list2.m4s')]),
    };
    await using server = await httpStation((request, response) => {
      response.end(answers[request.url ?? '']);
    });
    const { titles, packets } = await told(`${server.url}/list.m3u8`, { host: server.host });
    expect(titles.map(({ title }) => title)).toEqual(['Ada – One', 'Ada – Two']);
    for (const [index, { atFrame }] of titles.entries())
      expect(Math.abs(atFrame - 100 * (index + 1)), `frame of title ${index}`).toBeLessThan(2 * slackFrames);
    expect(amplitudeOf((await decoded(packets)).subarray(24_000, 72_000), 500)).toBeGreaterThan(1_000);
  }, 30_000);
});

/** An event message of either version: ISO/IEC 23009-1 §5.10.3.3. */
function emsg(data: Buffer, scheme = 'https://aomedia.org/emsg/ID3', version = 1): Buffer {
  const texts = Buffer.from(`${scheme}\0value\0`);
  const numbers = Buffer.alloc(version === 0 ? 16 : 20);
  const content = [
    Buffer.of(version, 0, 0, 0),
    ...(version === 0 ? [texts, numbers] : [numbers, texts]),
    data,
  ];
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + Buffer.concat(content).length);
  header.write('emsg', 4);
  return Buffer.concat([header, ...content]);
}

describe('event messages of fragmented MP4', () => {
  const box = (type: string, content: Buffer) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + content.length);
    header.write(type, 4);
    return Buffer.concat([header, content]);
  };
  const tag = (title: string) => id3({ TIT2: Buffer.from(title) });
  const read = (file: Buffer, chunkBytes = file.length) => {
    const titles: string[] = [];
    const metadata = new TimedMetadata((title) => titles.push(title));
    for (let at = 0; at < file.length; at += chunkBytes) metadata.push(file.subarray(at, at + chunkBytes));
    metadata.end();
    return titles;
  };

  test('are found in both versions, wherever chunks end, and no others', () => {
    const file = Buffer.concat([
      box('styp', Buffer.from('msdh')),
      emsg(tag('One')),
      emsg(tag('Other'), 'urn:scte:scte35:2013:bin'),
      box('mdat', emsg(tag('Sound'))),
      emsg(tag('Two'), undefined, 0),
      emsg(tag('Three'), undefined, 2),
      emsg(Buffer.concat([tag('Large'), Buffer.alloc(10_000)])),
      emsg(tag('Last')),
    ]);
    for (const chunkBytes of [1, 7, 1_000, file.length])
      expect(read(file, chunkBytes), `chunks of ${chunkBytes}`).toEqual(['One', 'Two', 'Last']);
  });

  test('that make no sense are passed over', () => {
    const cut = emsg(tag('One')).subarray(0, 40);
    cut.writeUInt32BE(40);
    for (const bytes of [
      cut,
      box('emsg', Buffer.alloc(3)),
      box('emsg', Buffer.alloc(100, 1)),
      Buffer.from('00000003656d7367ffffffffffffffff', 'hex'),
      Buffer.concat([box('moof', Buffer.alloc(9)), Buffer.alloc(50, 255)]),
    ])
      expect(read(bytes)).toEqual([]);
  });
});

test('what follows an EXTINF is a title only where it says one', () => {
  expect(['', ' - ', 'no desc', 'A – B', 'artist="A",title="B"'].map(extinfTitle)).toEqual([
    ...['', '', '', 'A – B', 'A – B'],
  ]);
});

describe('metadata in MPEG-TS', () => {
  const packet = (pid: number, starts: boolean, payload: Buffer) => {
    const stuffing = 188 - 4 - payload.length;
    const header = Buffer.of(0x47, (starts ? 0x40 : 0) | (pid >> 8), pid & 0xff, stuffing > 0 ? 0x30 : 0x10);
    if (stuffing === 0) return Buffer.concat([header, payload]);
    const field = Buffer.alloc(stuffing, 0xff);
    field[0] = stuffing - 1;
    if (stuffing > 1) field[1] = 0;
    return Buffer.concat([header, field, payload]);
  };
  const section = (body: Buffer) =>
    Buffer.concat([Buffer.of(0, 0, 0xb0, body.length + 4), body, Buffer.alloc(4)]);
  const programmes = section(Buffer.of(0, 1, 0xc1, 0, 0, 0, 1, 0xe0 | 0x10, 0));
  const streams = section(
    Buffer.of(0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, 0x0f, 0xe1, 0, 0xf0, 0, 0x15, 0xe1, 2, 0xf0, 0),
  );
  const pes = (tag: Buffer) =>
    Buffer.concat([Buffer.of(0, 0, 1, 0xbd, 0, 0, 0x84, 0x80, 5, 0x21, 0, 1, 0, 1), tag]);
  const tag = (title: string) => pes(id3({ TIT2: Buffer.from(title), TPE1: Buffer.from('Ada') }));
  const file = Buffer.concat([
    packet(0, true, programmes),
    packet(0x1000, true, streams),
    packet(0x100, true, Buffer.alloc(184, 7)),
    packet(0x102, true, tag('One')),
    packet(0x100, false, Buffer.alloc(184, 7)),
    packet(0x102, true, tag('Two'.padEnd(200, '!')).subarray(0, 184)),
    packet(0x102, false, tag('Two'.padEnd(200, '!')).subarray(184)),
  ]);

  test('is found wherever chunks end, over several packets, and nowhere else', () => {
    for (const chunkBytes of [1, 187, 188, 1_000, file.length]) {
      const titles: string[] = [];
      const metadata = new TimedMetadata((title) => titles.push(title));
      for (let at = 0; at < file.length; at += chunkBytes) metadata.push(file.subarray(at, at + chunkBytes));
      metadata.end();
      expect(titles, `chunks of ${chunkBytes}`).toEqual(['Ada – One', `Ada – ${'Two'.padEnd(200, '!')}`]);
    }
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 197 + 0x47) & 0xff));
    const metadata = new TimedMetadata(() => expect.unreachable());
    metadata.push(noise);
    metadata.end();
  });
});
