import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { isTwentyMsPacket } from '#audio/opus/toc.ts';
import { broadcastList, broadcastStart } from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { ffmpegMissing } from '../support/ffmpeg.ts';
import { audioUnderTest, RecordingSink, until } from '../support/harness.ts';
import { icecastMissing, startIcecast } from '../support/icecast.ts';

const started: Audio[] = [];

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

const opus = ['-c:a', 'libopus', '-frame_duration', '20', '-page_duration', '100000', '-f', 'ogg'];
const mp3 = ['-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3'];

describe.skipIf(ffmpegMissing || icecastMissing)('a real Icecast', () => {
  test('is played: Opus passed through without ffmpeg, MP3 decoded, metadata taken out', async () => {
    await using icecast = await startIcecast();
    icecast.send('live.opus', 'audio/ogg', opus);
    icecast.send('live.mp3', 'audio/mpeg', mp3);
    await mounted(`${icecast.url}/live.opus`);
    await mounted(`${icecast.url}/live.mp3`);
    const shared = { allowedPrivateHosts: [icecast.host] };
    const plain = audioUnderTest({}, { ...shared, searchPath: '/nowhere' });
    const full = audioUnderTest({}, shared);
    started.push(plain.audio, full.audio);
    const cases = [
      { ...plain, source: `${icecast.url}/live.opus` },
      { ...full, source: `${icecast.url}/live.mp3` },
    ];
    for (const { audio, run, source } of cases) {
      const view = await run(broadcastStart, { guildId: '1', source });
      const sink = new RecordingSink();
      audio.offeredTo('friend').subscribe(view.id, sink);
      const fromMs = performance.now();
      await until(() => sink.frames.length >= 100);
      expect(performance.now() - fromMs, source).toBeGreaterThan(900);
      expect(sink.frames.every(({ payload }) => isTwentyMsPacket(payload))).toBe(true);
      if (source.endsWith('mp3')) expect(view.title).toContain('Test FM');
    }
    const unmounted = await rejection(
      full.run(broadcastStart, { guildId: '1', source: `${icecast.url}/none.mp3` }),
    );
    expect(unmounted).toMatchObject({ code: 'AUDIO_HTTP_STATUS', details: { status: 404 } });
  });

  test('is found again when its source comes back', async () => {
    await using icecast = await startIcecast();
    const source = `${icecast.url}/live.opus`;
    const first = icecast.send('live.opus', 'audio/ogg', opus);
    await mounted(source);
    const { audio, run } = audioUnderTest({}, { allowedPrivateHosts: [icecast.host] });
    started.push(audio);
    const { id } = await run(broadcastStart, { guildId: '1', source });
    const sink = new RecordingSink();
    audio.offeredTo('friend').subscribe(id, sink);
    await until(() => sink.frames.length > 20);
    await first.stop();
    let state = '';
    const watch = setInterval(async () => {
      state = (await run(broadcastList, { guildId: '1' })).own[0]?.state ?? '';
    }, 20);
    await until(() => state === 'reconnecting', 15_000).finally(() => clearInterval(watch));
    const before = sink.frames.length;
    icecast.send('live.opus', 'audio/ogg', opus);
    await until(() => sink.frames.length > before + 50, 15_000);
    const base = sink.frames[0]?.sequence ?? 0;
    expect(sink.frames.every(({ sequence }, index) => sequence === base + index)).toBe(true);
    expect(sink.ends).toEqual([]);
  });
});

async function mounted(url: string): Promise<void> {
  let there = false;
  for (let attempt = 0; attempt < 100 && !there; attempt++) {
    const controller = new AbortController();
    there = await fetch(url, { signal: controller.signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(there, url).toBe(true);
}
