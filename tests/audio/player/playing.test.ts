import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OwnBroadcasts } from '#audio/broadcast/own-broadcasts.ts';
import { PlayerSound } from '#audio/player/player-sound.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegChildren, ffmpegMissing } from '../support/ffmpeg.ts';
import { until } from '../support/harness.ts';
import { secondsOf, stretchesOf } from '../support/heard.ts';
import { openerUnderTest } from '../support/sources.ts';
import { Ear, TestLine } from './support.ts';

const folder = temporaryFolder();
const files = [
  { name: 'one.mp3', hertz: 440, seconds: 6 },
  { name: 'two.m4a', hertz: 880, seconds: 6 },
  { name: 'three.opus', hertz: 1_320, seconds: 2 },
];
const tones = files.map(({ hertz }) => hertz);

beforeAll(() => {
  if (ffmpegMissing) return;
  for (const { hertz, name, seconds } of files) {
    const tone = `sine=${hertz}:duration=${seconds}:sample_rate=48000,aformat=channel_layouts=stereo,volume=4`;
    ffmpeg('-f', 'lavfi', '-i', tone, join(folder.path, name));
  }
});

afterAll(() => folder[Symbol.dispose]());

describe.skipIf(ffmpegMissing)('a queue of three files', () => {
  test('is heard in order, with a skip, a pause and a place that was sought', async () => {
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    const own: Pick<OwnBroadcasts, 'addPlayer' | 'remove'> = { addPlayer: () => {}, remove: () => {} };
    const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
    const line = new TestLine(...files.map(({ name }) => name));
    const sound = new PlayerSound(
      { ...components, sources: opener, own },
      {
        ...{ playerId: 'p1', guildId: 'g1', title: 'North', line, startedAtMs: 0, subscribersMax: 4 },
        ...{ openTimeoutMs: 8_000, idleTimeoutMs: 4_000, stallTimeoutMs: 3_000, returnAfterMs: 10_000 },
        ...{ homeDelayMs: 400, onChange: () => {} },
      },
    );
    const ear = new Ear();
    /** Which tones what came since is, in stretches, and for how long. */
    const heard = async (from: number) =>
      stretchesOf(
        ear.frames.slice(from).map(({ payload }) => payload),
        tones,
      );
    sound.start();
    sound.broadcast.subscribe(ear, () => true);
    try {
      await until(() => ear.frames.length >= 75);
      line.skip();
      const skipped = ear.frames.length;
      await until(() => ear.frames.length >= skipped + 100, 15_000);
      expect((await heard(0)).map(({ hertz }) => hertz)).toEqual([440, 880]);
      expect((await heard(skipped)).map(({ hertz }) => hertz)).toEqual([880]);

      line.pause(true);
      const paused = ear.frames.length;
      await until(() => ffmpegChildren().length === 0);
      expect(ear.frames.length).toBe(paused);
      line.pause(false);
      await until(() => ear.frames.length >= paused + 25, 15_000);

      line.seek(4_000);
      const sought = ear.frames.length;
      await until(() => sound.state === 'empty', 20_000);
      const rest = await heard(sought);
      expect(rest.map(({ hertz }) => hertz).filter(Boolean)).toEqual([880, 1_320]);
      expect(Math.abs(secondsOf(rest, 880) - 2)).toBeLessThan(0.5);
      expect(Math.abs(secondsOf(rest, 1_320) - 2)).toBeLessThan(0.3);
      // From one item to the next, not a frame is missing or silent.
      expect(secondsOf(rest, 0)).toBeLessThan(0.15);
      expect(line.ends).toEqual([
        { itemId: 'item-two.m4a', end: { kind: 'ended' } },
        { itemId: 'item-three.opus', end: { kind: 'ended' } },
      ]);
      expect(ear.text.match(/\|/g)?.length).toBeGreaterThanOrEqual(4);
    } finally {
      sound.stop();
    }
    await until(() => ffmpegChildren().length === 0);
  });
});
