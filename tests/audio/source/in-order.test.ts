/** What stands in the way of a decoder that reads a pipe: an index at the end, a large cover, links of other codecs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAddress } from '#audio/source/open-bytes.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { packetsOfChain, packetsOfSource, secondsOf, stretchesOf } from '../support/heard.ts';
import { httpStation } from '../support/http-station.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const sine = (hertz: number, seconds: number) => ['-f', 'lavfi', '-i', `sine=${hertz}:duration=${seconds}`];
const coverBytes = 12 * 1_048_576;

beforeAll(() => {
  if (ffmpegMissing) return;
  // Longer than ffmpeg itself can seek back.
  ffmpeg(...sine(700, 60), '-c:a', 'aac', '-b:a', '192k', path('end.m4a'));
  ffmpeg(...sine(700, 4), '-c:a', 'libmp3lame', '-id3v2_version', '0', path('plain.mp3'));
  ffmpeg(...sine(700, 8), '-ar', '192000', '-ac', '2', '-c:a', 'pcm_s24le', path('fast.wav'));
  writeFileSync(path('cover.mp3'), Buffer.concat([id3(coverBytes), readFileSync(path('plain.mp3'))]));
});
afterAll(() => folder[Symbol.dispose]());

/** ID3v2.3 with one picture. */
function id3(bytes: number): Buffer {
  const digits = (size: number) => [21, 14, 7, 0].map((shift) => (size >> shift) & 127);
  const frame = Buffer.concat([Buffer.from('APIC'), Buffer.alloc(6), Buffer.from('\0image/png\0\x03\0')]);
  frame.writeUInt32BE(bytes - 10, 4);
  return Buffer.concat([
    Buffer.from(['I', 'D', '3'].map((c) => c.charCodeAt(0))),
    Buffer.from([3, 0, 0, ...digits(bytes)]),
    frame,
    Buffer.alloc(bytes - frame.length, 7),
  ]);
}

/** Serves the folder; with parts of files, or the whole alone. */
function station(givesParts: boolean) {
  let sentBytes = 0;
  const ranges: string[] = [];
  return httpStation((request, response) => {
    const body = readFileSync(path((request.url ?? '').slice(1)));
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
    ranges.push(request.headers.range ?? '');
    const isPart = givesParts && from > 0;
    const sent = isPart ? body.subarray(from) : body;
    response.writeHead(isPart ? 206 : 200, {
      'content-length': sent.length,
      ...(givesParts ? { 'accept-ranges': 'bytes' } : {}),
      ...(isPart ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    });
    sentBytes += sent.length;
    response.end(sent);
  }).then((server) => Object.assign(server, { sentBytes: () => sentBytes, ranges }));
}

describe.skipIf(ffmpegMissing)('in the order of a pipe', () => {
  test.each(['the library', 'http with parts', 'http without'])(
    'M4A with its index at the end plays from %s',
    async (from) => {
      await using server = await station(from === 'http with parts');
      const { opener } = openerUnderTest({ libraryDir: folder.path, allowedPrivateHosts: [server.host] });
      const name = from === 'the library' ? 'end.m4a' : `${server.url}/end.m4a`;
      const stretches = await stretchesOf(await packetsOfSource(opener, name), [400, 700]);
      expect(stretches).toEqual([{ hertz: 700, seconds: expect.closeTo(60, 0) }]);
    },
  );

  test('one without any index is called by its fault', async () => {
    const bytes = readFileSync(path('end.m4a'));
    writeFileSync(path('broken.m4a'), bytes.subarray(0, bytes.indexOf('moov') - 4));
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    expect(await rejection(packetsOfSource(opener, 'broken.m4a'))).toMatchObject({
      code: 'AUDIO_NOT_AUDIO',
      message: expect.stringContaining('its index is missing'),
    });
  });

  test('of an MP3 with 12 MiB of cover only the sound is fetched, where parts are given', async () => {
    for (const givesParts of [true, false]) {
      await using server = await station(givesParts);
      const { opener } = openerUnderTest({ allowedPrivateHosts: [server.host] });
      const packets = await packetsOfSource(opener, `${server.url}/cover.mp3`);
      const stretches = await stretchesOf(packets, [400, 700]);
      expect(stretches).toEqual([{ hertz: 700, seconds: expect.closeTo(4, 0) }]);
      if (givesParts) expect(server.ranges).toEqual(['', `bytes=${coverBytes + 10}-`]);
      else expect(server.ranges).toEqual(['']);
    }
  });

  test('without parts, and without a length, no byte of the cover comes to a decoder', async () => {
    const soundBytes = readFileSync(path('plain.mp3')).length;
    const cover = readFileSync(path('cover.mp3'));
    for (const headers of [{ 'content-length': cover.length }, {}]) {
      await using server = await httpStation((_, response) => {
        response.writeHead(200, headers);
        for (let at = 0; at < cover.length; at += 1_000_003)
          response.write(cover.subarray(at, at + 1_000_003));
        response.end();
      });
      const init = { allowedPrivateHosts: [server.host], openTimeoutMs: 20_000 };
      const components = { clock: systemClock(), chance: systemChance() };
      const address = `${server.url}/cover.mp3`;
      const opened = await openAddress(
        components,
        init,
        { source: address },
        () => {},
        AbortSignal.timeout(20_000),
      );
      let length = 0;
      for await (const chunk of opened.bytes) length += chunk.length;
      opened.close();
      expect(length).toBe(soundBytes);
    }
  });

  test('a cover with nothing behind it is called by its name', async () => {
    const cover = readFileSync(path('cover.mp3')).subarray(0, coverBytes + 10);
    await using server = await httpStation((_, response) => void response.end(cover));
    const { opener } = openerUnderTest({ allowedPrivateHosts: [server.host] });
    expect(await rejection(packetsOfSource(opener, `${server.url}/cover.mp3`))).toMatchObject({
      message: expect.stringContaining('it holds a cover and tags, and no sound behind them'),
    });
  });

  test('the title of a file is shown though its cover is left out', async () => {
    const tag = id3(coverBytes);
    const text = Buffer.from('TIT2\0\0\0\x06\0\0\0Dusk!TPE1\0\0\0\x05\0\0\0Anna', 'latin1');
    const all = Buffer.concat([tag.subarray(0, 10), text, tag.subarray(10, tag.length - text.length)]);
    writeFileSync(path('titled.mp3'), Buffer.concat([all, readFileSync(path('plain.mp3'))]));
    await using server = await station(true);
    const { opener } = openerUnderTest({ allowedPrivateHosts: [server.host] });
    const request = sourceRequest(`${server.url}/titled.mp3`);
    const source = opener.source(request);
    await source.start(AbortSignal.timeout(10_000));
    for await (const _ of source.frames()) if (source.health().framesGiven > 10) break;
    expect(request.events).toContainEqual({ kind: 'title', title: 'Anna – Dusk!' });
    expect(server.ranges).toHaveLength(2);
  });

  test('192 kHz, 24 bit comes faster than it plays', async () => {
    await using server = await station(false);
    const { opener } = openerUnderTest({ allowedPrivateHosts: [server.host] });
    const startedMs = performance.now();
    const packets = await packetsOfSource(opener, `${server.url}/fast.wav`);
    expect(secondsOf(await stretchesOf(packets, [400, 700]), 700)).toBeCloseTo(8, 0);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });

  test('Opus, Vorbis, FLAC and Opus again in one chain are all heard', async () => {
    const codecs = { opus: 'libopus', vorbis: 'libvorbis', flac: 'flac' };
    const links = [
      ['opus', 400],
      ['vorbis', 700],
      ['flac', 1_000],
      ['opus', 1_300],
    ] as const;
    const parts = links.map(([codec, hertz], index) => {
      const name = path(`link${index}.ogg`);
      const format = ['-frame_duration', '20'].slice(0, codec === 'opus' ? 2 : 0);
      ffmpeg(
        ...sine(hertz, 2),
        '-ar',
        '48000',
        '-ac',
        '2',
        '-c:a',
        codecs[codec],
        ...format,
        '-f',
        'ogg',
        name,
      );
      return readFileSync(name);
    });
    for (const [name, chain] of [
      ['first-opus.ogg', parts],
      ['first-vorbis.ogg', parts.slice(1)],
    ] as const) {
      writeFileSync(path(name), Buffer.concat(chain));
      const { opener } = openerUnderTest({ libraryDir: folder.path });
      const stretches = await stretchesOf(await packetsOfSource(opener, name), [400, 700, 1_000, 1_300]);
      const expected = links.slice(4 - chain.length).map(([, hertz]) => hertz);
      expect(stretches.filter(({ seconds }) => seconds > 0.5)).toEqual(
        expected.map((hertz) => ({ hertz, seconds: expect.closeTo(2, 0) })),
      );
    }
  });

  test('the centre of 5.1 comes at −3 dB, from integers and from floats', async () => {
    const to = ['-filter_complex', '[0:a]aformat=channel_layouts=mono,pan=5.1|FC=c0[a]', '-map', '[a]'];
    ffmpeg(...sine(700, 2), ...to, '-c:a', 'flac', path('centre.flac'));
    ffmpeg(...sine(700, 2), ...to, '-c:a', 'aac', '-b:a', '384k', path('centre.m4a'));
    ffmpeg(...sine(700, 2), '-af', 'pan=stereo|c0=c0|c1=c0', '-c:a', 'flac', path('both.flac'));
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    const levelOf = async (name: string) => {
      const samples = await decoded((await packetsOfSource(opener, name)).slice(20, 80));
      return 20 * Math.log10(amplitudeOf(samples, 700));
    };
    const both = await levelOf('both.flac');
    for (const name of ['centre.flac', 'centre.m4a'])
      expect(both - (await levelOf(name)), name).toBeCloseTo(3, 0);
  });

  test('10 ms in a loop are heard again and again', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'sine=700:duration=0.01', path('short.wav'));
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    const { packets, problem } = await packetsOfChain(opener, ['short.wav'], { loop: true }, 200);
    expect(problem).toBeUndefined();
    const samples = await decoded(packets);
    const seconds = Array.from({ length: 4 }, (_, index) =>
      samples.subarray(index * 48_000, (index + 1) * 48_000),
    );
    for (const each of seconds) expect(amplitudeOf(each, 700)).toBeGreaterThan(200);
  });
});
