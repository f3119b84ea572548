/** Files whose connection breaks off: what a listener hears of them, and what is said where it can't go on. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { packetsOfChain, type Stretch, stretchesOf } from '../support/heard.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest } from '../support/sources.ts';

const folder = temporaryFolder();
/** Encoded at 128 kbit/s: 6 s of 1000 Hz, then 6 s of 700 Hz. */
let two: Buffer;
let other: Buffer;
const bytesPerSecond = 16_000;
const cutAt = 5 * bytesPerSecond;
const tones = [300, 700, 1_000];

beforeAll(() => {
  if (ffmpegMissing) return;
  two = made('two.mp3', [1_000, 700]);
  other = made('other.mp3', [1_000, 300]);
});
afterAll(() => folder[Symbol.dispose]());

function made(name: string, hertz: readonly number[]): Buffer {
  const path = join(folder.path, name);
  const inputs = hertz.flatMap((each) => ['-f', 'lavfi', '-i', `sine=${each}:duration=6`]);
  const joined = `concat=n=${hertz.length}:v=0:a=1`;
  ffmpeg(
    ...inputs,
    '-filter_complex',
    joined,
    '-b:a',
    '128k',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    path,
  );
  return readFileSync(path);
}

interface Asked {
  /** The first byte that was asked for; undefined: the whole. */
  from: number | undefined;
  ifRange: string | undefined;
  /** From 1 on. */
  count: number;
}

/** A server that hangs up after some bytes of an answer. */
async function server(answer: (asked: Asked, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const station = await httpStation((request: IncomingMessage, response) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const ifRange = request.headers['if-range'] as string | undefined;
    asked.push({ from: from === undefined ? undefined : Number(from), ifRange, count: asked.length + 1 });
    answer(asked.at(-1) as Asked, response);
  });
  return Object.assign(station, { asked });
}

function cut(response: ServerResponse, bytes: Buffer): void {
  response.write(bytes, () => setTimeout(() => response.destroy(), 50));
}

const file = { 'content-type': 'audio/mpeg', 'accept-ranges': 'bytes' };

function part(from: number, body: Buffer, more: Record<string, string> = {}) {
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  return { ...file, 'content-length': body.length - from, 'content-range': range, ...more };
}

async function heard(url: string, host: string, changes = {}, framesMax?: number) {
  const { opener } = openerUnderTest({ allowedPrivateHosts: [host], libraryDir: folder.path });
  const { packets, problem } = await packetsOfChain(opener, [url], changes, framesMax);
  return { stretches: await stretchesOf(packets, tones), problem };
}

const whole: Stretch[] = [
  { hertz: 1_000, seconds: expect.closeTo(6, 0) },
  { hertz: 700, seconds: expect.closeTo(6, 0) },
];
/** Neither a second twice nor one left out. */
function isWhole(stretches: readonly Stretch[]): void {
  expect(stretches).toEqual(whole);
  const seconds = stretches.reduce((sum, each) => sum + each.seconds, 0);
  expect(Math.abs(seconds - 12)).toBeLessThan(0.25);
}

describe.skipIf(ffmpegMissing)('a file that breaks off goes on', () => {
  test.each([
    ['a strong ETag', { etag: '"v1"' }, '"v1"'],
    [
      'a date beside a weak ETag',
      { etag: 'W/"v1"', 'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT' },
      'Mon, 02 Nov 2026 10:00:00 GMT',
    ],
    ['nothing that tells versions apart', {}, undefined],
  ])('at the byte, with %s', async (_, version, validator) => {
    await using station = await server(({ from }, response) => {
      if (from === undefined) {
        response.writeHead(200, { ...file, ...version, 'content-length': two.length });
        cut(response, two.subarray(0, cutAt));
      } else response.writeHead(206, part(from, two, version)).end(two.subarray(from));
    });
    const { problem, stretches } = await heard(station.url, station.host);
    expect(problem).toBeUndefined();
    isWhole(stretches);
    expect(station.asked).toEqual([
      { from: undefined, ifRange: undefined, count: 1 },
      // What was sent last may be lost with the connection: it is asked for again.
      { from: expect.any(Number), ifRange: validator, count: 2 },
    ]);
    expect(station.asked[1]?.from).toBeGreaterThan(cutAt / 2);
    expect(station.asked[1]?.from).toBeLessThanOrEqual(cutAt);
  });

  test('over many cuts, a pause of its server, and errors in between', async () => {
    await using station = await server(({ count, from = 0 }, response) => {
      if (count === 3) return void response.writeHead(503).end();
      response.writeHead(
        from === 0 ? 200 : 206,
        from === 0 ? { ...file, 'content-length': two.length } : part(from, two),
      );
      if (from >= (4 * cutAt) / 2) response.end(two.subarray(from));
      else cut(response, two.subarray(from, from + cutAt / 2));
    });
    isWhole((await heard(station.url, station.host)).stretches);
    const asked = station.asked.map(({ from = 0 }) => from);
    expect(asked).toHaveLength(6);
    expect(asked).toEqual(asked.toSorted((a, b) => a - b));
  });

  test('when its server neither sends nor hangs up', async () => {
    await using station = await server(({ from }, response) => {
      if (from === undefined) {
        response.writeHead(200, { ...file, 'content-length': two.length });
        response.write(two.subarray(0, cutAt));
      } else response.writeHead(206, part(from, two)).end(two.subarray(from));
    });
    isWhole((await heard(station.url, station.host)).stretches);
  }, 30_000);

  test.each([
    ['every Range with 200', 200, {}],
    ['416', 416, {}],
    ['416 and its length', 416, { 'content-range': 'length' }],
    ['a part that is another one', 206, { 'content-range': 'bytes 0-9/10000000' }],
    ['a part from a wrong place', 206, { 'content-range': 'shifted' }],
    ['parts without saying which', 206, { 'content-range': 'none' }],
  ])('by leaving out what was heard, where its server answers %s', async (_, status, headers) => {
    await using station = await server(({ count, from }, response) => {
      const length = { ...file, 'content-length': two.length };
      if (count === 1) {
        response.writeHead(200, length);
        return cut(response, two.subarray(0, cutAt));
      }
      if (from === undefined || status === 200) return void response.writeHead(200, length).end(two);
      const wanted = 'content-range' in headers ? headers['content-range'] : undefined;
      const ranges: Record<string, string> = {
        length: `bytes */${two.length}`,
        shifted: `bytes ${from - 7}-${two.length - 1}/${two.length}`,
      };
      const range =
        wanted === undefined || wanted === 'none' ? {} : { 'content-range': ranges[wanted] ?? wanted };
      response.writeHead(status, range).end(two.subarray(from - 7));
    });
    const { problem, stretches } = await heard(station.url, station.host);
    expect(problem).toBeUndefined();
    isWhole(stretches);
    expect(station.asked[1]?.from).toBeDefined();
  });

  test.each([
    ['chunks', {}],
    ['no length at all', { connection: 'close' }],
  ])(
    'also when it comes in %s and nothing says that it is a file',
    async (_, headers) => {
      await using station = await server(({ count }, response) => {
        if ('connection' in headers) response.useChunkedEncodingByDefault = false;
        response.writeHead(200, { 'content-type': 'audio/mpeg', ...headers });
        if (count === 1) cut(response, two.subarray(0, cutAt));
        else response.end(two);
      });
      const { problem, stretches } = await heard(station.url, station.host);
      expect(problem).toBeUndefined();
      isWhole(stretches);
    },
    30_000,
  );

  test('in a playlist of the library, and what follows it is heard', async () => {
    await using station = await server(({ count, from }, response) => {
      if (count === 1) {
        response.writeHead(200, { ...file, 'content-length': two.length });
        cut(response, two.subarray(0, cutAt));
      } else response.writeHead(206, part(from ?? 0, two)).end(two.subarray(from));
    });
    writeFileSync(join(folder.path, 'list.m3u'), `${station.url}/two.mp3\nother.mp3\n`);
    const { stretches } = await heard('list.m3u', station.host);
    expect(stretches.map(({ hertz }) => hertz)).toEqual([1_000, 700, 1_000, 300]);
    isWhole(stretches.slice(0, 2));
  });

  test('is a file of Icecast, too', async () => {
    await using station = await server(({ from }, response) => {
      response.setHeader('server', 'Icecast 2.4.4');
      if (from === undefined) {
        response.writeHead(200, { ...file, 'content-length': two.length });
        cut(response, two.subarray(0, cutAt));
      } else response.writeHead(206, part(from, two)).end(two.subarray(from));
    });
    isWhole((await heard(station.url, station.host)).stretches);
  });
});

describe.skipIf(ffmpegMissing)('a file that can’t go on ends with a sentence', () => {
  test.each([
    ['200 for every Range', false],
    ['parts', true],
  ])(
    'that is cut at the same byte each time: %s',
    async (_, givesParts) => {
      await using station = await server(({ from }, response) => {
        const isPart = givesParts && from !== undefined;
        response.writeHead(
          isPart ? 206 : 200,
          isPart ? part(from, two) : { ...file, 'content-length': two.length },
        );
        response.flushHeaders();
        cut(response, two.subarray(isPart ? from : 0, cutAt));
      });
      const { problem, stretches } = await heard(station.url, station.host, { loop: true });
      expect(problem).toMatchObject({
        code: 'AUDIO_SOURCE_STUCK',
        message: expect.stringContaining('begun anew 3 times without getting further'),
        next: expect.stringContaining('library'),
      });
      expect(stretches).toEqual([{ hertz: 1_000, seconds: expect.closeTo(5, 0) }]);
      expect(station.asked).toHaveLength(4);
    },
    30_000,
  );

  test.each([
    ['another ETag', { etag: '"v2"' }, () => other, /ETag/],
    ['another ETag and a part all the same', { etag: '"v2"' }, () => other, /ETag/],
    ['another date', { 'last-modified': 'Tue, 03 Nov 2026 10:00:00 GMT' }, () => other, /Last-Modified/],
    ['a shorter file', {}, () => two.subarray(0, 6 * bytesPerSecond), /shorter/],
    ['a longer file', {}, () => Buffer.concat([two, two]), /longer/],
    [
      'another beginning',
      {},
      () => Buffer.concat([two.subarray(bytesPerSecond), two.subarray(0, bytesPerSecond)]),
      /begins/,
    ],
  ])(
    'that was replaced: %s',
    async (name, version, body, reason) => {
      const before = { etag: '"v1"', 'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT' };
      const first = Object.fromEntries(Object.entries(before).filter(([key]) => key in version));
      const answer = ({ count, from }: Asked, response: ServerResponse) => {
        const now = body();
        if (count === 1) {
          response.writeHead(200, { ...file, ...first, 'content-length': two.length });
          cut(response, two.subarray(0, cutAt));
        } else if (/part/.test(name) && from !== undefined)
          response.writeHead(206, part(from, now, version as Record<string, string>)).end(now.subarray(from));
        else response.writeHead(200, { ...file, ...version, 'content-length': now.length }).end(now);
      };
      await using station = await server(answer);
      const { problem, stretches } = await heard(station.url, station.host);
      expect(problem).toMatchObject({
        code: 'AUDIO_SOURCE_CHANGED',
        message: expect.stringMatching(reason),
        next: expect.stringContaining('Start it again'),
      });
      expect(stretches).toEqual([{ hertz: 1_000, seconds: expect.closeTo(5, 0) }]);
      expect(station.asked).toHaveLength(2);
      // In a loop what is there now begins.
      await using again = await server(answer);
      const looped = await heard(again.url, again.host, { loop: true }, 650);
      expect(looped.problem).toBeUndefined();
      expect(looped.stretches.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(13, 0);
    },
    30_000,
  );

  test('in a chain the next source is heard instead', async () => {
    await using station = await server((_, response) => {
      response.writeHead(200, { ...file, 'content-length': two.length });
      cut(response, two.subarray(0, cutAt));
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host], libraryDir: folder.path });
    const { packets, problem } = await packetsOfChain(opener, [station.url, 'other.mp3']);
    expect(problem).toBeUndefined();
    const stretches = await stretchesOf(packets, tones);
    expect(stretches.map(({ hertz }) => hertz)).toEqual([1_000, 300]);
    expect(stretches[0]?.seconds).toBeCloseTo(11, 0);
  }, 30_000);
});

describe('a station that drops its listeners is no file', () => {
  test.each([
    ['without a length', {}],
    ['with one that means nothing', { 'content-length': '54000000' }],
  ])(
    'and is heard as it is now, again and again: %s',
    async (_, headers) => {
      let at = 0;
      await using station = await server((_asked, response) => {
        response.writeHead(200, { 'content-type': 'audio/ogg', ...headers });
        const packets = Array.from({ length: 60 }, (_each, index) => opusPacket(at + index));
        at += packets.length;
        cut(response, oggLink(at, packets));
      });
      const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
      const { packets } = await packetsOfChain(opener, [station.url], { loop: true }, 400);
      const order = packets.map((packet) => (packet[1] ?? 0) * 256 + (packet[2] ?? 0));
      expect(order.length).toBe(400);
      // Always newer, nothing twice.
      expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
    },
    40_000,
  );
});
