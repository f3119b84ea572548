import { describe, expect, test } from 'vitest';
import * as limits from '#audio/voice/limits.ts';
import { createFrameClock } from '#audio/voice/worker/frame-clock.ts';
import { advance, RtpTime } from '#audio/voice/worker/rtp-position.ts';
import { BusyClock, type BusySpell } from '../../../support/busy-clock.ts';

const frameMs = 20;
const samplesPerMs = 48;

describe('a place in RTP', () => {
  test('moves on without a packet, and over the wrap', () => {
    const position = { sequence: 0xfffe, timestamp: 2 ** 32 - 960 };
    advance(position, 1, 1);
    expect(position).toEqual({ sequence: 0xffff, timestamp: 0 });
    advance(position, 1, 0);
    expect(position).toEqual({ sequence: 0, timestamp: 0 });
    advance(position, 0, 15);
    expect(position).toEqual({ sequence: 0, timestamp: 14_400 });
  });

  test('starts with the first turn it has, wherever the clock is', () => {
    const [time, before, position] = [new RtpTime(), at(5), at(77)];
    time.reach(before, 1);
    time.reach(position, 1_000);
    expect(position).toEqual(at(77));
  });

  test.each([0, 1, 11, 3_000])('is further on by %i turns that it had none of', (missedCount) => {
    const [time, position] = [new RtpTime(), at(0)];
    time.reach(position, 40);
    advance(position, 1, 1);
    time.reach(position, 41 + missedCount);
    expect(position).toEqual({ sequence: 1, timestamp: 960 * (1 + missedCount) });
  });
});

/** How far each packet of the given time is behind the wall clock when it leaves, in milliseconds, by its timestamp. */
async function lags(spell: BusySpell, seconds: number): Promise<number[]> {
  const clock = new BusyClock(spell);
  const [time, position, found] = [new RtpTime(), at(0), [] as number[]];
  const frameClock = createFrameClock(
    { clock },
    {
      intervalMs: frameMs,
      lateCountMax: limits.clockFramesLateMax,
      catchUpSpacingMs: limits.clockCatchUpSpacingMs,
    },
    ({ turn }) => {
      time.reach(position, turn);
      found.push(clock.monotonicMs() - startMs - position.timestamp / samplesPerMs);
      advance(position, 1, 1);
    },
  );
  await clock.advance(spell.busyMs);
  const startMs = clock.monotonicMs();
  frameClock.start();
  await clock.advance(seconds * 1_000);
  frameClock.stop();
  expect(position.sequence + frameClock.skippedCount).toBe(position.timestamp / 960);
  return found;
}

describe.each([
  { busyMs: 120, everyMs: 200 },
  { busyMs: 170, everyMs: 200 },
  { busyMs: 199, everyMs: 200 },
  { busyMs: 235, everyMs: 240 },
  { busyMs: 90, everyMs: 95 },
  { busyMs: 2_000, everyMs: 2_010 },
])('RTP time of a thread that is busy $busyMs of each $everyMs ms', (spell) => {
  test('follows the wall clock, no later than a packet may leave', async () => {
    const found = await lags(spell, 60);
    const atMostMs = (limits.clockFramesLateMax + 1) * frameMs;
    expect(found.length).toBeGreaterThan(20);
    expect(Math.max(...found)).toBeLessThan(atMostMs);
    expect(Math.min(...found.slice(-20))).toBeGreaterThanOrEqual(0);
  });
});

test('RTP time of a thread that is busy 120 of each 200 ms has caught up before each next time', async () => {
  const turnsOfASpell = 10;
  const found = await lags({ busyMs: 120, everyMs: 200 }, 10);
  expect(Math.min(...found.slice(-turnsOfASpell))).toBeLessThanOrEqual(frameMs);
});

function at(timestamp: number) {
  return { sequence: 0, timestamp };
}
