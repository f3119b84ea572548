import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SourceChain } from '#audio/source/chain/source-chain.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { rawStation } from '../support/raw-station.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;

/** Why nothing is heard of a source, in one attempt. */
async function refusal(init: Parameters<typeof openerUnderTest>[0], name: string): Promise<GuildmeshError> {
  const source = openerUnderTest(init).opener.source(sourceRequest(name));
  const reading = (async () => {
    await source.start(never);
    for await (const _ of source.frames()) return 'it played';
    return 'it ended';
  })();
  return (await rejection(reading)) as GuildmeshError;
}

describe('an answer that isn’t the sound', () => {
  const text = { 'content-type': 'text/html' };
  test.each([
    ['ICY 400 Server Full\r\n\r\n', 'is full and takes no more listeners (HTTP status 400 “Server Full”)'],
    ['ICY 401 Service Unavailable\r\n\r\n', 'is off the air'],
    [
      'HTTP/1.0 404 Not Found\r\nServer: Icecast 2.4.4\r\n\r\n<html>',
      'has nobody on the air at “/live” (HTTP status 404)',
    ],
    ['HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n', 'has nothing at that path'],
    ['HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n', 'asks for a name and a password'],
    [
      'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n',
      'refuses to be heard from here (HTTP status 403)',
    ],
    ['HTTP/1.1 429 Slow down\r\ncontent-length: 0\r\n\r\n', 'is asked too often'],
    ['HTTP/1.1 503 Oops\r\ncontent-length: 0\r\n\r\n', 'has trouble of its own (HTTP status 503'],
  ])('%j', async (answer, words) => {
    await using station = await rawStation((_request, socket) => socket.end(answer));
    const error = await refusal({ allowedPrivateHosts: [station.host] }, `${station.url}/live`);
    expect(error.code).toBe('AUDIO_HTTP_STATUS');
    expect(error.message).toContain(words);
    expect(error.next).not.toMatch(/tried again by itself/);
  });

  test.each([
    ['<!DOCTYPE html><html><head><title>Radio X &ndash; Listen</title>', 'it is a web page, “Radio X'],
    ['<?xml version="1.0"?>\n<rss version="2.0"><channel>', 'it is the feed of a podcast'],
    ['<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">', 'it is the feed of a podcast'],
    ['<?xml version="1.0"?>\n<catalog>', 'it is data in XML'],
    ['', 'it is empty'],
  ])('%j', async (body, words) => {
    await using station = await httpStation((_request, response) => response.writeHead(200, text).end(body));
    const error = await refusal({ allowedPrivateHosts: [station.host] }, `${station.url}/live`);
    expect(error.code).toBe('AUDIO_NOT_AUDIO');
    expect(error.message).toContain(words);
  });
});

describe.skipIf(ffmpegMissing)('a file without sound for us', () => {
  const sine = ['-f', 'lavfi', '-i', 'sine=1000:d=1'];
  const picture = ['-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=5'];
  test.each<[string, readonly string[], string, string]>([
    ['dts.mkv', [...sine, '-c:a', 'dca', '-strict', '-2'], 'CODEC_CLOSED', 'its sound in DTS,'],
    ['dts.ts', [...sine, '-c:a', 'dca', '-strict', '-2'], 'CODEC_CLOSED', 'its sound in DTS,'],
    ['speex.spx', [...sine, '-c:a', 'libspeex', '-ar', '16000'], 'CODEC_CLOSED', 'its sound in Speex,'],
    ['film.mkv', [...picture, ...sine, '-c:a', 'wmav2'], 'CODEC_CLOSED', 'its sound in Windows Media Audio,'],
    ['song.wma', [...sine, '-c:a', 'wmav2'], 'CODEC_CLOSED', 'its sound in Windows Media (ASF),'],
    ['song.wv', sine, 'CODEC_CLOSED', 'its sound in WavPack,'],
    ['song.avi', sine, 'CODEC_CLOSED', 'its sound in AVI,'],
    [
      'silent.mp4',
      [...picture, '-c:v', 'mpeg4', '-movflags', 'faststart'],
      'NOT_AUDIO',
      'a picture and no audio',
    ],
    ['cover.png', [...picture, '-frames:v', '1'], 'NOT_AUDIO', 'it is a picture'],
  ])('%s', async (name, output, code, words) => {
    using folder = temporaryFolder();
    ffmpeg(...output, join(folder.path, name));
    const error = await refusal({ libraryDir: folder.path }, name);
    expect(error.message).toContain(words);
    expect(error.code).toBe(`AUDIO_${code}`);
  });

  test('is named by what its bytes are', async () => {
    using folder = temporaryFolder();
    const sound = join(folder.path, 'sound.mp3');
    ffmpeg(...picture, '-frames:v', '1', join(folder.path, 'cover.png'));
    ffmpeg(...sine, '-i', join(folder.path, 'cover.png'), '-map', '0', '-map', '1', '-c:v', 'copy', sound);
    const tagged = readFileSync(sound);
    const tagBytes = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (tagged[at] ?? 0), 0) + 10;
    const wave = Buffer.from(
      'RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x80\xbb\0\0\0\xee\x02\0\x04\0\x10\0data\0\0\0\0',
      'latin1',
    );
    const zeros = Buffer.alloc(4_000);
    const files: readonly [string, Buffer, string][] = [
      [
        '/cover-only.mp3',
        tagged.subarray(0, tagBytes),
        'it holds a cover and tags, and no sound behind them',
      ],
      ['/no-samples.wav', wave, 'its sound is 0 seconds long'],
      [
        '/notes.mid',
        Buffer.concat([Buffer.from('MThd\0\0\0\x06\0\x01\0\x01\0\x60MTrk'), zeros]),
        'it is MIDI',
      ],
      ['/book.mp3', Buffer.concat([Buffer.from('%PDF-1.7\n'), zeros]), 'it is a PDF'],
      ['/album.zip', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), zeros]), 'it is a packed archive'],
      [
        '/error',
        Buffer.from(JSON.stringify({ error: 'no such show', code: 17, more: 'x'.repeat(600) })),
        'it is data in JSON',
      ],
      ['/damaged.mp3', Buffer.alloc(20_000, 0xa5), 'nothing in it can be decoded'],
    ];
    await using station = await httpStation((request, response) => {
      response.end(files.find(([path]) => path === request.url)?.[1]);
    });
    for (const [path, , words] of files) {
      const error = await refusal({ allowedPrivateHosts: [station.host] }, station.url + path);
      expect(error.message, path).toContain(words);
      expect(error.code, path).toBe('AUDIO_NOT_AUDIO');
    }
  });

  test('of HLS by parts at a server that sends none is blamed on that', async () => {
    const playlist =
      '#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n#EXT-X-BYTERANGE:100@0\nall.ts\n#EXT-X-ENDLIST\n';
    await using station = await httpStation((request, response) => {
      if (request.url === '/live.m3u8')
        response.setHeader('content-type', 'application/x-mpegurl').end(playlist);
      else response.writeHead(200).end(Buffer.alloc(5_000));
    });
    const error = await refusal({ allowedPrivateHosts: [station.host] }, `${station.url}/live.m3u8`);
    expect(error.code).toBe('AUDIO_PARTS_REFUSED');
    expect(error.message).toContain('sends no parts of files');
  });
});

test.skipIf(ffmpegMissing)(
  'says how far a late source came, and that it is tried again only where it is',
  async () => {
    await using station = await httpStation((request, response) => {
      if (request.url === '/head')
        response.writeHead(200, { 'content-type': 'audio/mpeg' }).write(Buffer.alloc(600, 1));
    });
    const { opener, ffmpeg: decoder } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    await decoder.check(never);
    const start = async (path: string, open = opener.source.bind(opener)) => {
      const chain = new SourceChain(
        { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
        {
          ...{
            names: [station.url + path],
            loop: false,
            patient: false,
            stallTimeoutMs: 1_000,
            returnAfterMs: 1_000,
          },
          ...{ openTimeoutMs: 2_000, idleTimeoutMs: 2_000, onEvent: () => {}, onSwitch: () => {} },
          open: (name, onEvent) => open({ ...sourceRequest(name), onEvent }),
        },
      );
      const error = (await rejection(chain.start(never))) as GuildmeshError;
      chain.stop();
      return `${error.message} ${error.next}`;
    };
    expect(await start('/nothing')).toContain('gave nothing to be heard within 2 s of being asked');
    expect(await start('/head')).toContain('answered, and gave no audio within 2 s');
    const broken = ({ name }: { name: string }) =>
      new OpenedSource({ clock: systemClock() }, { name, open: () => Promise.reject(new Error('reset')) });
    expect(await start('/cut', broken)).toMatch(/broke off\. Start it again/);
  },
);
