import { createCipheriv, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceFrame } from '#audio/source/contract.ts';
import { HlsFetcher } from '#audio/source/hls/hls-fetcher.ts';
import { systemClock } from '#core/clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { rejection } from '../../../support/rejection.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../../capture/tones.ts';
import { ffmpeg, ffmpegMissing, tone } from '../../support/ffmpeg.ts';
import { until } from '../../support/harness.ts';
import { httpStation } from '../../support/http-station.ts';
import { openerUnderTest, sourceRequest } from '../../support/sources.ts';

const folder = temporaryFolder();
const never = new AbortController().signal;
const key = randomBytes(16);
const secondsEach = 6;
let segments: string[] = [];

beforeAll(() => {
  if (ffmpegMissing) return;
  const mp3 = join(folder.path, 'a.mp3');
  tone(secondsEach, mp3, '-c:a', 'libmp3lame');
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0'];
  ffmpeg('-i', mp3, '-c:a', 'aac', ...hls, join(folder.path, 'ts.m3u8'));
  const single = ['-hls_segment_type', 'fmp4', '-hls_flags', 'single_file'];
  ffmpeg('-i', mp3, '-c:a', 'aac', ...hls, ...single, join(folder.path, 'mp4.m3u8'));
  ffmpeg('-i', mp3, '-c:a', 'aac', '-f', 'segment', '-segment_time', '1', join(folder.path, 'p%d.aac'));
  segments = readdirSync(folder.path).filter((name) => /^ts\d+\.ts$/.test(name));
});
afterAll(() => folder[Symbol.dispose]());

/** Serves the folder, byte ranges too, and what a test adds. */
async function station(extra: Record<string, () => string | Buffer> = {}) {
  return httpStation((request, response) => {
    const path = (request.url ?? '').slice(1);
    const made = extra[path]?.();
    if (made === undefined && !/^[\w-]+\.\w+$/.test(path)) return void response.writeHead(404).end();
    const body = Buffer.from(made ?? readFileSync(join(folder.path, path)));
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    if (!range) return void response.end(body);
    response.writeHead(206).end(body.subarray(Number(range[1]), Number(range[2]) + 1));
  });
}

async function play(url: string, host: string, framesMax = 10_000): Promise<SourceFrame[]> {
  const { opener } = openerUnderTest({ allowedPrivateHosts: [host] });
  const source = opener.source(sourceRequest(url));
  await source.start(never);
  const frames: SourceFrame[] = [];
  for await (const frame of source.frames()) if (frames.push(frame) >= framesMax) break;
  return frames;
}

function list(names: readonly string[], ...head: string[]): string {
  return [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:1',
    ...head,
    ...names.flatMap((name) => ['#EXTINF:1,', name]),
  ].join('\n');
}

describe.skipIf(ffmpegMissing)('HLS', () => {
  test.each([
    { ended: true, name: 'a recording' },
    { ended: false, name: 'live' },
  ])('$name whose default rendition is silent is heard by the next that has sound', async ({ ended }) => {
    const made = (name: string, expression: string) =>
      ffmpeg(
        ...['-f', 'lavfi', '-i', `aevalsrc=${expression}:s=48000:d=24`, '-c:a', 'aac'],
        ...['-f', 'hls', '-hls_time', '8', '-hls_list_size', '0', join(folder.path, `${name}.m3u8`)],
      );
    made('still', '0');
    made('deep', '0.3*sin(2*PI*500*t)');
    const rendition = (name: string, more: string) =>
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="${name}"${more},URI="${name}.m3u8"`;
    const media = (name: string) => {
      const text = readFileSync(join(folder.path, `${name}.m3u8`), 'utf8');
      return ended ? text : text.replace('#EXT-X-ENDLIST', '');
    };
    const described = ',CHARACTERISTICS="public.accessibility.describes-video"';
    await using server = await station({
      'still.m3u8': () => media('still'),
      'deep.m3u8': () => media('deep'),
      'master.m3u8': () =>
        [
          '#EXTM3U',
          ...[rendition('blind', described), rendition('nowhere/gone', ''), rendition('deep', '')],
          rendition('still', ',DEFAULT=YES'),
          ...['#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.64,mp4a.40.2",AUDIO="a"', 'film.m3u8'],
        ].join('\n'),
    });
    // However busy the machine is: no time passes while it is found out.
    const clock = { ...systemClock(), monotonicMs: () => 0 };
    const { opener } = openerUnderTest({ allowedPrivateHosts: [server.host] }, { clock });
    const source = opener.source(sourceRequest(`${server.url}/master.m3u8`));
    const facts = await source.start(never);
    const packets: Uint8Array[] = [];
    for await (const { payload } of source.frames()) if (packets.push(payload) >= 250) break;
    const second = (await decoded(packets)).subarray(4 * 48_000, 5 * 48_000);
    expect(amplitudeOf(second, 500)).toBeGreaterThan(5_000);
    expect(facts.notice?.()).toMatchObject({
      code: 'AUDIO_RENDITION_SILENT',
      details: { silent: 'still', heard: 'deep' },
    });
    expect(server.requests).not.toContain('/blind.m3u8');
  });

  test('recordings are played whole: MPEG-TS, one fragmented MP4 by byte ranges, packed AAC', async () => {
    const aac = readdirSync(folder.path)
      .filter((name) => /^p\d+\.aac$/.test(name))
      .sort();
    await using server = await station({ 'aac.m3u8': () => `${list(aac)}\n#EXT-X-ENDLIST` });
    for (const name of ['ts.m3u8', 'mp4.m3u8', 'aac.m3u8']) {
      const frames = await play(`${server.url}/${name}`, server.host);
      expect(Math.abs(frames.length - secondsEach * 50), name).toBeLessThan(15);
    }
    expect(server.requests.filter((path) => path === '/mp4.m4s').length).toBeGreaterThan(3);
  });

  test('AES-128 is undone, with the key fetched once; a discontinuity is gone over', async () => {
    const encrypt = (name: string, sequence: number) => {
      const iv = Buffer.alloc(16);
      iv.writeUInt32BE(sequence, 12);
      const cipher = createCipheriv('aes-128-cbc', key, iv);
      return Buffer.concat([cipher.update(readFileSync(join(folder.path, name))), cipher.final()]);
    };
    const extra: Record<string, () => string | Buffer> = { 'the-key': () => key };
    segments.forEach((name, index) => {
      extra[`e${index}.ts`] = () => encrypt(name, index);
    });
    const names = segments.map((_, index) => `e${index}.ts`);
    const head = '#EXT-X-KEY:METHOD=AES-128,URI="the-key"';
    extra['aes.m3u8'] = () =>
      `${list(names, head)}\n#EXT-X-DISCONTINUITY\n#EXT-X-KEY:METHOD=NONE\n${list(segments).split('\n').slice(2).join('\n')}\n#EXT-X-ENDLIST`;
    await using server = await station(extra);
    const frames = await play(`${server.url}/aes.m3u8`, server.host);
    expect(Math.abs(frames.length - 2 * secondsEach * 50)).toBeLessThan(30);
    expect(server.requests.filter((path) => path === '/the-key')).toHaveLength(1);
  });

  test('live, from three segments before the end, on as it grows, over a segment that is gone', async () => {
    const startedMs = performance.now();
    const newest = () => 3 + Math.floor((performance.now() - startedMs) / 1_000);
    const playlist = () => {
      const last = newest();
      const names = Array.from({ length: 4 }, (_, index) => last - 3 + index);
      const named = names.map((sequence) =>
        sequence === 4 ? 'gone/x.ts' : (segments[sequence % segments.length] ?? ''),
      );
      return list(named, `#EXT-X-MEDIA-SEQUENCE:${names[0]}`);
    };
    await using server = await station({
      'live.m3u8': playlist,
      'master.m3u8': () => '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8',
    });
    const frames = await play(`${server.url}/master.m3u8`, server.host, 260);
    expect(frames).toHaveLength(260);
    expect(server.requests.find((path) => path.endsWith('.ts'))).toBe(`/${segments[1]}`);
    expect(server.requests).toContain('/gone/x.ts');
    const playlists = server.requests.filter((path) => path === '/live.m3u8').length;
    expect(playlists).toBeLessThan(12);
  });
});

describe.skipIf(ffmpegMissing)('a hostile playlist', () => {
  test('that names itself, another playlist, or a circle of them is refused after a handful of requests', async () => {
    await using server = await station({
      'self.m3u8': () => list(['self.m3u8']),
      'copy.m3u8': () => list(['self.m3u8', 'self.m3u8', 'self.m3u8']),
      'a.m3u8': () => '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb.m3u8',
      'b.m3u8': () => '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8',
      'c.m3u8': () => '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nc.m3u8',
      'd.m3u': () => `${server.url}/d.m3u\n`,
    });
    for (const name of ['self.m3u8', 'copy.m3u8', 'a.m3u8', 'c.m3u8', 'd.m3u']) {
      const before = server.requests.length;
      expect(await rejection(play(`${server.url}/${name}`, server.host)), name).toMatchObject({
        code: expect.stringMatching(/^AUDIO_(PLAYLIST_REFUSED|NOT_AUDIO)$/),
      });
      expect(server.requests.length - before, name).toBeLessThanOrEqual(4);
    }
  });

  test('that names segments, keys, beginnings or playlists inside reaches none of them', async () => {
    await using inner = await httpStation((_, response) => response.end('secret'));
    const lead = (line: string) => () =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${line}\n#EXTINF:1,\nts0.ts\n#EXT-X-ENDLIST`;
    await using server = await station({
      'segment.m3u8': () => list([`${inner.url}/a.ts`]),
      'key.m3u8': lead(`#EXT-X-KEY:METHOD=AES-128,URI="${inner.url}/latest/meta-data"`),
      'map.m3u8': lead(`#EXT-X-MAP:URI="${inner.url}/init"`),
      'master.m3u8': () => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${inner.url}/x.m3u8`,
      'list.m3u': () => `${inner.url}/stream\n`,
      'file.m3u8': () => list(['file:///etc/passwd']),
    });
    for (const name of ['segment.m3u8', 'key.m3u8', 'map.m3u8', 'master.m3u8', 'file.m3u8', 'list.m3u'])
      expect(await rejection(play(`${server.url}/${name}`, server.host)), name).toMatchObject({
        code: expect.stringMatching(/^AUDIO_/),
      });
    expect(inner.connectionCount()).toBe(0);
  });

  test('makes no more requests than the budget, however much it names', async () => {
    await using server = await station({ 'a.m3u8': () => list(['x.ts']) });
    const clock = new FakeClock();
    const init = { allowedPrivateHosts: [server.host], openTimeoutMs: 5_000 };
    const fetcher = new HlsFetcher({ clock }, init);
    const asked = Array.from({ length: 40 }, () =>
      fetcher.playlist(new URL(`${server.url}/a.m3u8`), never).catch(() => {}),
    );
    await until(() => server.requests.length === 24);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.requests).toHaveLength(24);
    await clock.advance(1_000);
    await until(() => server.requests.length === 28);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.requests).toHaveLength(28);
    fetcher.close();
    await clock.advance(60_000);
    await Promise.all(asked);
  });
});
