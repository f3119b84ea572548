import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocalFile } from '#audio/source/order/any-place.ts';
import { beginAt } from '#audio/source/seek/begun-at.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const folder = temporaryFolder();
const seconds = 40;
let station: Awaited<ReturnType<typeof httpStation>>;

/** How many hertz a tone rises in each second. */
const risePerSecond = 40;
const firstHertz = 300;

beforeAll(async () => {
  if (!ffmpegMissing) {
    // The place is heard: at second t it sounds at 300 + 40·t Hz.
    const sweep = `aevalsrc='0.4*sin(2*PI*(${firstHertz}*t+${risePerSecond / 2}*t*t))':s=44100:d=${seconds}`;
    const wav = join(folder.path, 'a.wav');
    ffmpeg('-f', 'lavfi', '-i', sweep, '-ac', '2', wav);
    const as = (name: string, ...codec: string[]) => ffmpeg('-i', wav, ...codec, join(folder.path, name));
    as('cbr.mp3', '-c:a', 'libmp3lame', '-b:a', '96k', '-metadata', 'title=Song');
    as('vbr.mp3', '-c:a', 'libmp3lame', '-q:a', '6');
    as('a.aac', '-c:a', 'aac');
    as('a.m4a', '-c:a', 'aac', '-movflags', '+faststart');
    as('last.m4a', '-c:a', 'aac');
    as('parts.m4a', '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '2000000');
    as('a.flac');
    as('a.opus', '-c:a', 'libopus', '-ar', '48000');
    as('a.ogg', '-c:a', 'libvorbis');
    as('a.webm', '-c:a', 'libopus', '-ar', '48000');
    as('a.mka', '-c:a', 'flac');
  }
  station = await httpStation((request, response) => {
    const bytes = readFileSync(join(folder.path, (request.url ?? '').slice(1)));
    const [, from] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    response.setHeader('accept-ranges', 'bytes').setHeader('etag', '"1"');
    if (from !== undefined) {
      const at = Number(from);
      response.setHeader('content-range', `bytes ${at}-${bytes.length - 1}/${bytes.length}`).writeHead(206);
      response.end(bytes.subarray(at));
    } else response.setHeader('content-length', bytes.length).end(bytes);
  });
});

afterAll(async () => {
  await station[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The second that is heard at the beginning, by the pitch of half a second. */
async function heardAt(name: string, startAtMs: number): Promise<number> {
  const init = { libraryDir: folder.path, allowedPrivateHosts: [station.host] };
  const { opener } = openerUnderTest(init);
  const source = opener.source(sourceRequest(name, { startAtMs }));
  const packets: Uint8Array[] = [];
  try {
    await source.start(AbortSignal.timeout(15_000));
    for await (const { payload } of source.frames()) if (packets.push(payload) === 30) break;
  } finally {
    source.stop();
  }
  const samples = (await decoded(packets)).subarray(4_800);
  let crossings = 0;
  for (let at = 1; at < samples.length; at++)
    if ((samples[at - 1] ?? 0) < 0 && (samples[at] ?? 0) >= 0) crossings++;
  const middle = 0.1 + samples.length / 96_000;
  return ((crossings * 48_000) / samples.length - firstHertz) / risePerSecond - middle;
}

describe.skipIf(ffmpegMissing)('a file that begins at a place', () => {
  test.each([
    ['cbr.mp3', 1],
    ['vbr.mp3', 1],
    ['a.aac', 0.5],
    ['a.m4a', 0.5],
    ['last.m4a', 0.5],
    ['parts.m4a', 0.5],
    ['a.flac', 0.5],
    ['a.wav', 0.5],
    ['a.opus', 0.5],
    ['a.ogg', 0.5],
    ['a.webm', 0.5],
    ['a.mka', 0.5],
  ])('%s is heard from there, give or take %f s', async (name, tolerance) => {
    const wanted = name.endsWith('3') ? [7, 31] : [31];
    for (const second of wanted)
      expect(Math.abs((await heardAt(name, second * 1_000)) - second)).toBeLessThan(tolerance);
  });

  test.each(['cbr.mp3', 'vbr.mp3', 'a.aac', 'a.opus', 'a.ogg', 'a.m4a'])(
    'so is %s from a server that gives parts',
    async (name) => {
      expect(Math.abs((await heardAt(`${station.url}/${name}`, 30_000)) - 30)).toBeLessThan(1);
    },
  );

  test('a place behind its end is its end', async () => {
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    for (const name of ['cbr.mp3', 'a.opus']) {
      const source = opener.source(sourceRequest(name, { startAtMs: 500_000 }));
      let count = 0;
      const reading = async () => {
        await source.start(AbortSignal.timeout(15_000));
        for await (const _ of source.frames()) count++;
      };
      await reading().catch(() => {});
      expect(count).toBeLessThan(10);
    }
  });
});

describe('the place of a time', () => {
  const bytesRead = async (name: string, ms: number) => {
    const path = join(folder.path, name);
    const file = new LocalFile(await open(path), readFileSync(path).length);
    const begun = await beginAt(file, name, ms);
    const chunks: Uint8Array[] = [];
    for await (const chunk of begun.bytes) chunks.push(chunk);
    file.close();
    return { ...begun, bytes: Buffer.concat(chunks) };
  };

  test('is the start for a chained Ogg, whose links count from zero each', async () => {
    const packets = Array.from({ length: 50 }, (_, index) => opusPacket(index));
    const chained = Buffer.concat([oggLink(1, packets), oggLink(2, packets)]);
    writeFileSync(join(folder.path, 'chained.opus'), chained);
    expect(await bytesRead('chained.opus', 1_500)).toMatchObject({ startedAtMs: 0, bytes: chained });
  });

  test.each([
    ['text.txt', Buffer.from('no sound at all'.repeat(10_000))],
    ['ones.mp3', Buffer.alloc(100_000, 0xff)],
    ['short.mp3', Buffer.from([0xff, 0xfb, 0x90, 0])],
    ['cut.ogg', oggLink(1, [opusPacket(1)]).subarray(0, 60)],
    ['tag.mp3', Buffer.concat([Buffer.from('ID3\x03\0\0\x7f\x7f\x7f\x7f', 'latin1'), Buffer.alloc(5_000)])],
  ])('in %s, where there is none, is the start', async (name, content) => {
    writeFileSync(join(folder.path, name), content);
    expect((await bytesRead(name, 60_000)).startedAtMs).toBe(0);
  });
});
