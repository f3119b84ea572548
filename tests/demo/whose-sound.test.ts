import { expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { whoseSound } from '#demo/whose-sound.ts';

test('South’s bot passes North’s sound on exactly while North’s hub sends to another community', async () => {
  let [isHeard, nowMs, askedCount] = [false, 1_000, 0];
  const isHeardElsewhere = async () => {
    askedCount += 1;
    return isHeard;
  };
  const soundOf = whoseSound({ isHeardElsewhere }, () => nowMs);
  const inSouth = async () => {
    soundOf(ids.southGuild, ids.southBot);
    await Promise.resolve();
    await Promise.resolve();
    return soundOf(ids.southGuild, ids.southBot);
  };
  expect(await inSouth()).toBeUndefined();
  isHeard = true;
  // Not with each of 50 frames a second.
  expect([await inSouth(), askedCount]).toEqual([undefined, 1]);
  nowMs += 300;
  expect(await inSouth()).toBe(ids.northBot);
  expect(soundOf(ids.northGuild, ids.northBot)).toBeUndefined();
  expect(soundOf(ids.southGuild, ids.northBot)).toBeUndefined();
  isHeard = false;
  nowMs += 300;
  expect(await inSouth()).toBeUndefined();
});
