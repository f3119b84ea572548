import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelId, createStage, record, type Stage, texts, until } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
});

afterEach(async () => {
  await stage.close();
});

test('a listener hears what a bot sends: every frame, in order, byte for byte, encrypted end to end', async () => {
  const bot = await stage.bot().ready();
  const listener = await stage.server.listen({ channelId, daveVersion: 1 }, '200000000000000001');
  const heard = record(listener);
  await bot.encrypting();

  const sent = await bot.sendFrames(200);
  await until('200 frames heard', () => heard.length === 200);

  expect(texts(heard)).toEqual(texts(sent));
  expect(heard.every((frame) => frame.e2ee && !frame.silence)).toBe(true);
  expect(heard.every((frame) => frame.speakerId === bot.userId)).toBe(true);
  expect(listener.stats).toEqual({
    framesHeard: 200,
    silenceFrames: 0,
    framesPlain: 0,
    framesUndecryptable: 0,
    rtpGaps: 0,
    rtpRepeats: 0,
    transportErrors: 0,
  });
  expect(stage.violations).toEqual([]);
});
