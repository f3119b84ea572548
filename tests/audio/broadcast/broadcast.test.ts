import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import {
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
  sourceList,
} from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { demux } from '../support/demux.ts';
import { ffmpegChildren, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { audioUnderTest, MemoryIntents, RecordingSink, until } from '../support/harness.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';

const sample = readFileSync(new URL('../../../src/audio/sample/guildmesh-sample.opus', import.meta.url));
const started: Audio[] = [];

function underTest(...args: Parameters<typeof audioUnderTest>) {
  const result = audioUnderTest(...args);
  started.push(result.audio);
  return result;
}

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
  await until(() => ffmpegChildren().length === 0, 3_000);
});

describe('a broadcast', () => {
  test('of the sample sends its packets as they are, at 20 ms, and traces them', async () => {
    using folder = temporaryFolder();
    const frameTraceFile = join(folder.path, 'trace.jsonl');
    const { audio, run } = underTest({}, { frameTraceFile, searchPath: '/nowhere' });
    const view = await run(broadcastStart, { guildId: '1', source: 'sample' });
    expect(view).toMatchObject({ state: 'live', title: 'guildmesh sample' });
    const sink = new RecordingSink();
    const fromMs = performance.now();
    audio.offeredTo('friend').subscribe(view.id, sink);
    await until(() => sink.frames.length >= 100);
    expect(performance.now() - fromMs).toBeGreaterThan(1_850);

    const packets = demux(sample).packets;
    for (const { sequence, payload } of sink.frames) expect(payload).toEqual(packets[sequence]);
    expect(sink.frames.map(({ sequence }) => sequence)).toEqual(
      sink.frames.map((_, index) => (sink.frames[0]?.sequence ?? 0) + index),
    );
    await run(broadcastStop, { guildId: '1', broadcast: view.id });
    expect(sink.ends).toEqual(['broadcast-ended']);
    await audio.stop?.();
    const rows = readFileSync(frameTraceFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const first = sink.frames[0];
    expect(rows[first?.sequence ?? -1]).toEqual({
      ...{ broadcast: view.id, streamId: first?.streamId, sequence: first?.sequence, silence: false },
      captureTimeMs: first?.captureTimeMs,
      sha256: createHash('sha256')
        .update(first?.payload ?? '')
        .digest('hex'),
    });
  });

  test('of a short file starts it again without a gap, or ends with it', async () => {
    using folder = temporaryFolder();
    const packets = Array.from({ length: 10 }, (_, index) => opusPacket(index));
    writeFileSync(join(folder.path, 'short.opus'), oggLink(1, packets));
    const intents = new MemoryIntents();
    const { audio, run } = underTest({ intents }, { libraryDir: folder.path });
    const looping = await run(broadcastStart, { guildId: '1', source: 'short.opus' });
    const sink = new RecordingSink();
    audio.offeredTo('friend').subscribe(looping.id, sink);
    await until(() => sink.frames.length >= 40);
    for (const { sequence, payload } of sink.frames) expect(payload).toEqual(packets[sequence % 10]);

    const once = await run(broadcastStart, { guildId: '1', source: 'short.opus', loop: false });
    const end = new RecordingSink();
    audio.offeredTo('friend').subscribe(once.id, end);
    await until(() => end.ends.length > 0, 2_000);
    expect(end.frames.at(-1)?.sequence).toBe(9);
    await until(() => intents.rows.size === 1);
    expect((await run(broadcastList, { guildId: '1' })).own.map(({ id }) => id)).toEqual([looping.id]);
  });

  test('is back under its id after the process ended, but not after a person ended it', async () => {
    const intents = new MemoryIntents();
    const first = underTest({ intents });
    const view = await first.run(broadcastStart, { guildId: '1', source: 'sample', title: 'Mine' });
    await first.audio.stop?.();

    const second = underTest({ intents });
    await second.audio.start?.(new AbortController().signal);
    expect(second.audio.offeredTo('friend').list()).toMatchObject([
      { id: view.id, title: 'Mine', startedAtMs: view.startedAtMs },
    ]);
    const sink = new RecordingSink();
    second.audio.offeredTo('friend').subscribe(view.id, sink);
    await until(() => sink.frames.length > 5);
    await second.run(broadcastStop, { guildId: '1', broadcast: view.id });
    expect(intents.rows.size).toBe(0);
  });

  test('gives those who ask a burst of what it sent last', async () => {
    const { audio, run } = underTest({}, { searchPath: '/nowhere' });
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample' });
    const steady = new RecordingSink();
    audio.offeredTo('friend').subscribe(id, steady);
    await until(() => steady.frames.length > 30);
    const eager = Object.assign(new RecordingSink(), { burstMs: 300 });
    audio.offeredTo('friend').subscribe(id, eager);
    expect(eager.frames.length).toBeGreaterThan(5);
    expect(eager.frames.length).toBeLessThanOrEqual(16);
    expect(eager.frames.at(-1)).toEqual(steady.frames.at(-1));
    const burstCount = eager.frames.length;
    await until(() => eager.frames.length > burstCount);
    expect(eager.frames[burstCount]?.sequence).toBe((eager.frames[burstCount - 1]?.sequence ?? 0) + 1);
  });

  test('has limits on broadcasts and subscribers, each with its error', async () => {
    const { audio, run } = underTest({}, { broadcastsMax: 1, subscribersMax: 2 });
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample' });
    expect(await rejection(run(broadcastStart, { guildId: '1', source: 'sample' }))).toMatchObject({
      code: 'AUDIO_TOO_MANY_BROADCASTS',
    });
    const [one] = [
      audio.offeredTo('friend').subscribe(id, new RecordingSink()),
      audio.offeredTo('friend').subscribe(id, new RecordingSink()),
    ];
    expect(() => audio.offeredTo('friend').subscribe(id, new RecordingSink())).toThrow(/subscribers already/);
    one?.cancel();
    audio.offeredTo('friend').subscribe(id, new RecordingSink());
    expect(await rejection(run(broadcastStop, { guildId: '1', broadcast: 'nothing' }))).toMatchObject({
      code: 'AUDIO_UNKNOWN_BROADCAST',
    });
  });
});

describe('library names', () => {
  test('never lead out of the folder, and misspelt ones are corrected', async () => {
    using folder = temporaryFolder();
    using outside = temporaryFolder();
    writeFileSync(join(folder.path, 'evening.opus'), oggLink(1, [opusPacket(1)]));
    writeFileSync(join(outside.path, 'secret.opus'), oggLink(1, [opusPacket(1)]));
    symlinkSync(join(outside.path, 'secret.opus'), join(folder.path, 'link.opus'));
    const { run } = underTest({}, { libraryDir: folder.path });
    for (const source of ['../secret.opus', join(outside.path, 'secret.opus'), 'link.opus', '.', 'a\0b'])
      expect(await rejection(run(broadcastStart, { guildId: '1', source })), source).toMatchObject({
        code: 'AUDIO_SOURCE_UNKNOWN',
      });
    const misspelt = await rejection(run(broadcastStart, { guildId: '1', source: 'evenign.opus' }));
    expect(misspelt).toMatchObject({ next: expect.stringContaining('evening.opus') });
    const { sources } = await run(sourceList, { guildId: '1', search: 'eve' });
    expect(sources).toEqual([{ source: 'evening.opus', title: 'evening.opus' }]);
  });
});

describe('a bad source', () => {
  test('is named for what it is', async () => {
    await using station = await httpStation((request, response) => {
      if (request.url === '/404') response.writeHead(404).end();
      else if (request.url === '/html') response.setHeader('content-type', 'text/html').end('<html>');
      else if (request.url === '/page') response.end(`\n<!DOCTYPE html>${' '.repeat(600)}`);
      else if (request.url === '/hls') response.end('#EXTM3U\n#EXT-X-VERSION:3\nseg.ts');
      else response.end();
    });
    const { run } = underTest({}, { allowedPrivateHosts: [station.host] });
    const codes = {
      '/404': 'HTTP_STATUS',
      '/html': 'NOT_AUDIO',
      '/page': 'NOT_AUDIO',
      '/hls': 'PLAYLIST_REFUSED',
      '/': 'NOT_AUDIO',
    };
    for (const [path, code] of Object.entries(codes))
      expect(
        await rejection(run(broadcastStart, { guildId: '1', source: station.url + path })),
        path,
      ).toMatchObject({
        code: `AUDIO_${code}`,
      });
    expect((await run(broadcastList, { guildId: '1' })).own).toEqual([]);
  });

  test('that needs ffmpeg says that it is missing or unfit', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'a.mp3'), Buffer.alloc(2_000, 1));
    const missing = underTest({}, { libraryDir: folder.path, searchPath: '/nowhere' });
    expect(await rejection(missing.run(broadcastStart, { guildId: '1', source: 'a.mp3' }))).toMatchObject({
      code: 'AUDIO_FFMPEG_MISSING',
    });
    const unfit = underTest({}, { libraryDir: folder.path, ffmpegPath: '/bin/true' });
    expect(await rejection(unfit.run(broadcastStart, { guildId: '1', source: 'a.mp3' }))).toMatchObject({
      code: 'AUDIO_FFMPEG_UNFIT',
    });
  });
});

describe.skipIf(ffmpegMissing)('through ffmpeg', () => {
  test('any file is played, at its pace', async () => {
    using folder = temporaryFolder();
    const encoders = {
      'a.mp3': 'libmp3lame',
      'a.flac': 'flac',
      'a.ogg': 'libvorbis',
      'a.wav': 'pcm_s16le',
      'a.webm': 'libopus',
    };
    for (const [name, codec] of Object.entries(encoders)) tone(3, join(folder.path, name), '-c:a', codec);
    tone(3, join(folder.path, 'a.m4a'), '-c:a', 'aac', '-movflags', '+faststart');
    tone(3, join(folder.path, 'sixty.opus'), '-c:a', 'libopus', '-frame_duration', '60');
    const { audio, run } = underTest({}, { libraryDir: folder.path });
    for (const source of [...Object.keys(encoders), 'a.m4a', 'sixty.opus']) {
      const { id } = await run(broadcastStart, { guildId: '1', source });
      const sink = new RecordingSink();
      audio.offeredTo('friend').subscribe(id, sink);
      await until(() => sink.frames.length >= 10);
      expect(
        sink.frames.some(({ payload }) => payload.length > 60),
        source,
      ).toBe(true);
      await run(broadcastStop, { guildId: '1', broadcast: id });
    }
  });

  test('what is not audio is refused', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'a.mp3'), Buffer.from('this is no audio '.repeat(1_000)));
    const { run } = underTest({}, { libraryDir: folder.path });
    expect(await rejection(run(broadcastStart, { guildId: '1', source: 'a.mp3' }))).toMatchObject({
      code: 'AUDIO_NOT_AUDIO',
    });
  });

  test('a stream that never becomes audio is given up in time, its ffmpeg too', async () => {
    await using station = await httpStation((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(400, 0x55)), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { run } = underTest({}, { allowedPrivateHosts: [station.host], sourceOpenTimeoutMs: 1_500 });
    const fromMs = performance.now();
    expect(
      await rejection(run(broadcastStart, { guildId: '1', source: `${station.url}/endless` })),
    ).toMatchObject({
      code: expect.stringMatching(/^AUDIO_(SOURCE_TIMEOUT|NOT_AUDIO)$/),
    });
    expect(performance.now() - fromMs).toBeLessThan(4_000);
  });

  test('a killed ffmpeg is followed by another; sequence and stream go on', async () => {
    using folder = temporaryFolder();
    tone(20, join(folder.path, 'a.mp3'), '-c:a', 'libmp3lame');
    const { audio, run } = underTest({}, { libraryDir: folder.path });
    const { id } = await run(broadcastStart, { guildId: '1', source: 'a.mp3' });
    const sink = new RecordingSink();
    audio.offeredTo('friend').subscribe(id, sink);
    await until(() => sink.frames.length > 10);
    const pid = Number.parseInt(ffmpegChildren()[0] ?? '', 10);
    process.kill(pid, 'SIGKILL');
    const before = sink.frames.length;
    await until(
      () => !ffmpegChildren().some((line) => line.includes(String(pid))) && ffmpegChildren().length === 1,
      25_000,
    );
    await until(() => sink.frames.length > before + 150, 25_000);
    expect(new Set(sink.frames.map(({ streamId }) => streamId)).size).toBe(1);
    const base = sink.frames[0]?.sequence ?? 0;
    expect(sink.frames.every(({ sequence }, index) => sequence === base + index)).toBe(true);
  }, 60_000);
});

describe('a lost station', () => {
  test('is tried again while subscribers wait', async () => {
    const packets = Array.from({ length: 20 }, (_, index) => opusPacket(index));
    await using station = await httpStation((_, response) => {
      response.setHeader('icy-name', 'Test FM');
      response.end(oggLink(1, packets, 'a song'));
    });
    const { audio, run } = underTest({}, { allowedPrivateHosts: [station.host] });
    const { id } = await run(broadcastStart, { guildId: '1', source: `${station.url}/live` });
    const sink = new RecordingSink();
    audio.offeredTo('friend').subscribe(id, sink);
    await until(() => audio.offeredTo('friend').list()[0]?.title.startsWith('Test FM') ?? false);
    await until(() => station.requests.length >= 3);
    await until(() => sink.frames.length >= 50);
    expect(sink.ends).toEqual([]);
  });
});

describe('the next source', () => {
  test('is gone on with when somebody asks, and refused where there is none', async () => {
    const { run } = underTest({}, { searchPath: '/nowhere' });
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample', fallbacks: ['tone'] });
    const asked = await run(broadcastNext, { guildId: '1', broadcast: id });
    expect(asked).toMatchObject({
      source: 'tone',
      lastSwitch: { from: 'sample', to: 'tone', why: 'asked' },
    });
    const single = await run(broadcastStart, { guildId: '1', source: 'tone' });
    for (const [broadcast, code] of [
      [single.id, 'AUDIO_SINGLE_SOURCE'],
      ['nothing', 'AUDIO_UNKNOWN_BROADCAST'],
    ] as const)
      expect(await rejection(run(broadcastNext, { guildId: '1', broadcast }))).toMatchObject({ code });
  });

  test('that gives nothing leaves the one in use, and says so', async () => {
    using folder = temporaryFolder();
    const { run } = underTest({}, { libraryDir: folder.path, searchPath: '/nowhere' });
    writeFileSync(join(folder.path, 'there.opus'), sample);
    const { id } = await run(broadcastStart, { guildId: '1', source: 'tone', fallbacks: ['there.opus'] });
    writeFileSync(join(folder.path, 'there.opus'), 'not audio any more');
    expect(await rejection(run(broadcastNext, { guildId: '1', broadcast: id }))).toMatchObject({
      code: 'AUDIO_NO_NEXT_SOURCE',
    });
    const { own } = await run(broadcastList, { guildId: '1' });
    expect(own).toMatchObject([
      { source: 'tone', sources: [{}, { problem: { code: 'AUDIO_FFMPEG_MISSING' } }] },
    ]);
  });
});
