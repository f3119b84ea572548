/** Heads and bodies as real stations send them; what is right is what a listener hears. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchSource } from '#audio/source/fetch/fetcher.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { packetsOfSource, stretchesOf } from '../support/heard.ts';
import { rawStation } from '../support/raw-station.ts';
import { openerUnderTest } from '../support/sources.ts';

const folder = temporaryFolder();
const seconds = 2;
let mp3: Buffer;

beforeAll(() => {
  if (ffmpegMissing) return;
  const path = join(folder.path, 'a.mp3');
  ffmpeg('-f', 'lavfi', '-i', `sine=1000:duration=${seconds}`, '-b:a', '128k', path);
  mp3 = readFileSync(path);
  const hls = ['-c:a', 'aac', '-f', 'hls', '-hls_time', '1', '-hls_list_size', '0'];
  ffmpeg('-i', path, ...hls, join(folder.path, 'a.m3u8'));
});
afterAll(() => folder[Symbol.dispose]());

function chunked(body: Buffer, end = '\r\n'): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += 5_000) {
    const part = body.subarray(at, at + 5_000);
    parts.push(Buffer.from(part.length.toString(16) + end), part, Buffer.from(end));
  }
  return Buffer.concat([...parts, Buffer.from(`0${end}${end}`)]);
}

/** What is answered: the lines of the head as they stand, and how the body is packed. */
const answers: [string, (length: number) => string, ((body: Buffer) => Buffer)?][] = [
  ['bare line feeds', () => 'HTTP/1.0 200 OK\nContent-Type: audio/mpeg\n\n'],
  ['both kinds of line ends', () => 'HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\n\r\n'],
  ['carriage returns doubled', () => 'HTTP/1.0 200 OK\r\r\nContent-Type: audio/mpeg\r\r\n\r\r\n'],
  [
    'identity beside a length',
    (n) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: ${n}\r\n\r\n`,
  ],
  ['identity alone', () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n'],
  ['text/html', (n) => `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${n}\r\n\r\n`],
  ['text/plain', () => 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'],
  ['octet-stream', () => 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n'],
  ['a part that nobody asked for', (n) => `HTTP/1.1 206 Partial Content\r\nContent-Length: ${n}\r\n\r\n`],
  [
    'the whole called a part',
    (n) => `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-${n - 1}/${n}\r\n\r\n`,
  ],
  ['203, as of a proxy that changes it', () => 'HTTP/1.1 203 Transformed\r\n\r\n'],
  ['no type at all', () => 'HTTP/1.1 200 OK\r\n\r\n'],
  ['a playlist’s type', () => 'HTTP/1.1 200 OK\r\nContent-Type: audio/x-mpegurl\r\n\r\n'],
  ['ICY', () => 'ICY 200 OK\r\nicy-name: Old FM\r\n\r\n'],
  ['icy, bare line feeds', () => 'icy 200 ok\nicy-name: Old FM\n\n'],
  ['ICY with a length that means nothing', () => 'ICY 200 OK\r\nContent-Length: 54000000\r\n\r\n'],
  ['no reason', () => 'HTTP/1.0 200\nContent-Type: audio/mpeg\n\n'],
  ['lower case', () => 'http/1.1 200 ok\r\ncontent-type: audio/mpeg\r\n\r\n'],
  ['blank lines first', () => '\r\n\nHTTP/1.0 200 OK\nContent-Type: audio/mpeg\n\n'],
  ['a folded line', () => 'HTTP/1.1 200 OK\r\nicy-name: A\r\n  B\r\nContent-Type: audio/mpeg\r\n\r\n'],
  ['a line without a colon', () => 'HTTP/1.1 200 OK\r\nthis is no field\r\n: nor this\r\n\r\n'],
  [
    'a blank before the colon',
    (n) => `HTTP/1.1 200 OK\r\nContent-Type : audio/mpeg\r\nContent-Length : ${n}\r\n\r\n`,
  ],
  ['a control character', () => 'HTTP/1.1 200 OK\r\nX-Name: a\x01b\r\n\r\n'],
  ['the length twice', (n) => `HTTP/1.1 200 OK\r\nContent-Length: ${n}\r\nContent-Length: ${n}\r\n\r\n`],
  ['the length as a list', (n) => `HTTP/1.1 200 OK\r\nContent-Length: ${n}, ${n}\r\n\r\n`],
  ['two lengths that differ', (n) => `HTTP/1.1 200 OK\r\nContent-Length: ${n}\r\nContent-Length: 5\r\n\r\n`],
  ['a length below nothing', () => 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['100 Continue first', () => 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ['chunks by HTTP/1.0', () => 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', chunked],
  [
    'chunks with bare line feeds',
    () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    (body) => chunked(body, '\n'),
  ],
  [
    'chunks beside a length',
    () => 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    chunked,
  ],
  ['chunks that are none', () => 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['gzip', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n', gzipSync],
  ['gzip without a word', () => 'HTTP/1.1 200 OK\r\n\r\n', gzipSync],
  ['gzip in name only', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'],
  ['deflate', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n', deflateSync],
  ['deflate in name only', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n'],
  ['Brotli', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n', brotliCompressSync],
  ['zstd', () => 'HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n', zstdCompressSync],
  [
    'gzip in chunks, bare line feeds',
    () => 'HTTP/1.1 200 OK\nContent-Encoding: gzip\nTransfer-Encoding: chunked\n\n',
    (body) => chunked(gzipSync(body), '\n'),
  ],
];

describe.skipIf(ffmpegMissing)('a station plays that answers with', () => {
  test.each(answers)('%s', async (_, head, pack = (body) => body) => {
    const body = pack(mp3);
    await using station = await rawStation((_request, socket) => {
      socket.write(head(body.length), 'latin1');
      // In two parts: neither the head nor a chunk comes at once.
      socket.write(body.subarray(0, 1_001));
      setTimeout(() => socket.end(body.subarray(1_001)), 30);
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    const [first, ...rest] = await stretchesOf(await packetsOfSource(opener, station.url, 500), [400, 1_000]);
    expect(first?.hertz).toBe(1_000);
    expect(first?.seconds).toBeCloseTo(seconds, 0);
    expect(rest).toEqual([]);
  });
});

describe('an answer is bounded and its status is heard', () => {
  const init = { allowedPrivateHosts: [] as string[], openTimeoutMs: 400 };

  test.each([
    ['ICY 400 Server Full\r\n\r\n', { code: 'AUDIO_HTTP_STATUS', details: { status: 400 } }],
    [
      'HTTP/1.1 206 OK\r\nContent-Range: bytes 0-9/100\r\n\r\n',
      { code: 'AUDIO_HTTP_STATUS', details: { status: 206 } },
    ],
    ['HTTP/1.0 503\n\n', { code: 'AUDIO_HTTP_STATUS', details: { status: 503 } }],
    [`ICY 200 OK\n${'x: y\n'.repeat(8_000)}`, { code: 'AUDIO_UNREACHABLE', message: /too long/ }],
    ['ICY 200 OK\nx: y', { code: 'AUDIO_UNREACHABLE', message: /in time/ }],
    ['HTTP/1.0 100 OK\n\n'.repeat(50), { code: 'AUDIO_UNREACHABLE', message: /never comes/ }],
  ])('%j', async (head, expected) => {
    await using station = await rawStation((_request, socket) => void socket.write(head));
    const asked = fetchSource(
      { ...init, allowedPrivateHosts: [station.host] },
      station.url,
      AbortSignal.timeout(5_000),
    );
    const { message, ...rest } = { message: /./, ...expected };
    expect(await rejection(asked)).toMatchObject({ ...rest, message: expect.stringMatching(message) });
  });

  test.each([
    ['HTTP/0.9, a page', '<html><body>Hello</body></html>', /without the head of an answer \(HTTP\/0\.9\)/],
    ['HTTP/0.9, sound', `ID3\x03${'\0'.repeat(40_000)}`, /HTTP\/0\.9/],
    ['HTTP/0.9, sound without tags', `\xff\xfb\x90\x64${'\0'.repeat(40_000)}`, /HTTP\/0\.9/],
    ['an alert of TLS', '\x15\x03\x01\0\x02\x02\x46', /begin the address with https:/],
    ['HTTP/2', '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0', /HTTP\/2 alone/],
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', /speaks SSH/],
    ['SMTP', '220 mail.example ESMTP\r\n', /mail or file server/],
    ['MySQL', 'J\0\0\0\n8.4.0\0', /MySQL/],
    ['Redis', "-ERR wrong number of arguments for 'get' command\r\n", /Redis/],
    ['noise', '\x01\x9a\x80\x02'.repeat(20_000), /bytes that are neither/],
    ['words', 'hello and welcome to the machine\n'.repeat(5_000), /neither HTTP nor SHOUTcast/],
    ['nothing', '', /closed the connection without an answer/],
    ['blank lines', '\r\n\r\n', /closed the connection without an answer/],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-', /closed the connection/],
    ['half a status line', 'HTT', /closed the connection/],
  ])('what is no HTTP is called by its name: %s', async (_, bytes, reason) => {
    const answer = (socket: Socket) => void socket.end(Buffer.from(bytes, 'latin1'));
    // Some answer the question, some greet before it.
    await using asked = await rawStation((_request, socket) => answer(socket));
    await using greeting = await rawStation(() => {}, answer);
    for (const { host, url } of [asked, greeting]) {
      const failed = await rejection(
        fetchSource({ ...init, allowedPrivateHosts: [host] }, url, AbortSignal.timeout(5_000)),
      );
      expect(failed).toMatchObject({ code: 'AUDIO_UNREACHABLE', message: expect.stringMatching(reason) });
    }
  });

  test('an address of https where no TLS is spoken says so, and no certificate is blamed', async () => {
    await using station = await rawStation(
      () => {},
      (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    const url = station.url.replace('http:', 'https:');
    const asked = fetchSource(
      { ...init, allowedPrivateHosts: [station.host] },
      url,
      AbortSignal.timeout(5_000),
    );
    expect(await rejection(asked)).toMatchObject({
      code: 'AUDIO_UNREACHABLE',
      message: expect.stringContaining('begin the address with http://'),
    });
  });

  test('a redirect with bare line feeds is followed, and judged as every other', async () => {
    await using station = await rawStation((request, socket) => {
      if (request.startsWith('GET /in')) socket.end('HTTP/1.0 302 Found\nLocation: http://10.0.0.1/\n\n');
      else if (request.startsWith('GET /on')) socket.end('HTTP/1.0 302 Found\nLocation: /end\n\n');
      else socket.end('HTTP/1.0 200 OK\nContent-Length: 5\n\nhello');
    });
    const open = { ...init, allowedPrivateHosts: [station.host] };
    const signal = AbortSignal.timeout(5_000);
    expect(await rejection(fetchSource(open, `${station.url}/in`, signal))).toMatchObject({
      code: 'AUDIO_ADDRESS_REFUSED',
    });
    const { bytes, close } = await fetchSource(open, `${station.url}/on`, signal);
    let text = '';
    for await (const chunk of bytes) text += Buffer.from(chunk).toString();
    close();
    expect(text).toBe('hello');
    // Known by now: the last is not asked twice.
    expect(station.requests.filter((request) => request.startsWith('GET /end'))).toHaveLength(1);
  });
});

describe.skipIf(ffmpegMissing)('a packed playlist', () => {
  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('plays, its segments packed too: %s', async (encoding, pack) => {
    await using station = await rawStation((request, socket) => {
      const name = /GET \/(\S*)/.exec(request)?.[1] ?? '';
      const body = pack(readFileSync(join(folder.path, name)));
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    const heard = await stretchesOf(await packetsOfSource(opener, `${station.url}/a.m3u8`), [400, 1_000]);
    expect(heard).toEqual([{ hertz: 1_000, seconds: expect.closeTo(seconds, 0) }]);
  });

  test('that unpacks to more than a playlist may be is refused', async () => {
    const bomb = gzipSync(`#EXTM3U\n${'#'.repeat(40 * 1_048_576)}`);
    await using station = await rawStation((_request, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    expect(await rejection(packetsOfSource(opener, `${station.url}/a.m3u8`))).toMatchObject({
      code: 'AUDIO_PLAYLIST_REFUSED',
      message: expect.stringContaining('longer than 1 MiB'),
    });
  });
});
