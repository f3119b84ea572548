import { describe, expect, test } from 'vitest';
import { createFrameClock } from '#audio/voice/worker/frame-clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const init = { intervalMs: 20, lateCountMax: 10, catchUpSpacingMs: 5 };

/** A clock whose timers fire late by what `lateMs` says, as a busy thread's do. */
class LateClock extends FakeClock {
  lateMs = 0;
  override after(delayMs: number, run: () => void): { cancel(): void } {
    return super.after(delayMs + this.lateMs, run);
  }
}

function setUp() {
  const clock = new LateClock();
  const ticksAtMs: number[] = [];
  const frameClock = createFrameClock({ clock }, init, () => ticksAtMs.push(clock.monotonicMs()));
  return { clock, frameClock, ticksAtMs };
}

describe('frame clock', () => {
  test('ticks every 20 ms', async () => {
    const { clock, frameClock, ticksAtMs } = setUp();
    frameClock.start();
    await clock.advance(100);
    expect(ticksAtMs).toEqual([0, 20, 40, 60, 80, 100]);
  });

  test('does not add lateness up', async () => {
    const { clock, frameClock, ticksAtMs } = setUp();
    clock.lateMs = 7;
    frameClock.start();
    await clock.advance(20_000);
    expect(ticksAtMs).toHaveLength(1_000);
    expect(frameClock.skippedCount).toBe(0);
  });

  test('does not follow the wall clock', async () => {
    const { clock, frameClock, ticksAtMs } = setUp();
    frameClock.start();
    await clock.advance(100);
    clock.stepWall(-3_000);
    await clock.advance(100);
    clock.stepWall(6_000);
    await clock.advance(100);
    expect(ticksAtMs).toHaveLength(16);
  });

  test('catches up after a short stall, tick by tick', async () => {
    const { clock, frameClock, ticksAtMs } = setUp();
    frameClock.start();
    await clock.advance(90);
    clock.lateMs = 100;
    await clock.advance(20);
    clock.lateMs = 0;
    await clock.advance(890);
    expect(ticksAtMs).toHaveLength(51);
    const gaps = ticksAtMs.slice(1).map((atMs, index) => atMs - (ticksAtMs[index] ?? 0));
    expect(Math.min(...gaps)).toBe(init.catchUpSpacingMs);
    expect(frameClock.skippedCount).toBe(0);
  });

  test('skips what is too late instead of bursting', async () => {
    const { clock, frameClock, ticksAtMs } = setUp();
    frameClock.start();
    await clock.advance(90);
    clock.lateMs = 3_000;
    await clock.advance(20);
    clock.lateMs = 0;
    await clock.advance(3_890);
    expect(frameClock.skippedCount).toBeGreaterThanOrEqual(148);
    expect(ticksAtMs.length + frameClock.skippedCount).toBe(201);
  });

  test('goes on when a tick throws, and stops when told', async () => {
    const clock = new FakeClock();
    let tickCount = 0;
    const frameClock = createFrameClock({ clock }, init, () => {
      tickCount++;
      throw new Error('a tick that fails');
    });
    frameClock.start();
    for (let index = 0; index < 3; index++) await expect(clock.advance(20)).rejects.toThrow('a tick');
    expect(tickCount).toBe(3);
    frameClock.stop();
    await clock.advance(1_000);
    expect(tickCount).toBe(3);
    expect(clock.pendingCount).toBe(0);
  });
});
