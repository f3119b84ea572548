import { expect, test } from 'vitest';
import { Redialer } from '#mesh/redialer.ts';
import { FakeClock } from '../support/fake-clock.ts';

function setUp(fraction: number) {
  const clock = new FakeClock();
  const chance = { uuid: () => '', bytes: () => new Uint8Array(), fraction: () => fraction };
  const redialer = new Redialer(
    { clock, chance },
    { redialFirstMs: 500, redialMaxMs: 4_000, hurryMs: 2_000 },
  );
  const world = { up: false, dialCount: 0, signals: [] as AbortSignal[] };
  redialer.keep({
    key: 'north',
    connected: () => world.up,
    dial: async (signal) => {
      world.dialCount += 1;
      world.signals.push(signal);
      if (!world.up) throw new Error('nobody there');
    },
  });
  return { clock, redialer, world };
}

test('waits double from the first to the longest and stay there', async () => {
  const { clock, world } = setUp(1);
  const atMs: number[] = [];
  for (let seen = 0, ms = 0; ms <= 16_000; ms += 500) {
    await clock.advance(ms === 0 ? 0 : 500);
    if (world.dialCount > seen) atMs.push(ms);
    seen = world.dialCount;
  }
  expect(atMs).toEqual([0, 1_000, 3_000, 7_000, 11_000, 15_000]);
});

test('the wait is a random share of the ceiling', async () => {
  const { clock, world } = setUp(0.25);
  await clock.advance(0);
  await clock.advance(249);
  expect(world.dialCount).toBe(1);
  await clock.advance(2);
  expect(world.dialCount).toBe(2);
});

test('a lost connection starts over with the short wait; a connected target is left alone', async () => {
  const { clock, redialer, world } = setUp(1);
  await clock.advance(7_000);
  world.up = true;
  await clock.advance(4_000);
  const count = world.dialCount;
  await clock.advance(60_000);
  expect(world.dialCount).toBe(count);
  world.up = false;
  redialer.connectionLost();
  await clock.advance(500);
  expect(world.dialCount).toBe(count + 1);
});

test('being seen alive ends the wait', async () => {
  const { clock, redialer, world } = setUp(1);
  await clock.advance(7_000);
  const count = world.dialCount;
  redialer.hurry('north');
  expect(world.dialCount).toBe(count + 1);
});

test('a target that is announced a thousand times is dialled no more often', async () => {
  const { clock, redialer, world } = setUp(1);
  await clock.advance(15_000);
  const count = world.dialCount;
  for (let announced = 0; announced < 1_000; announced += 1) {
    redialer.hurry('north');
    await clock.advance(1);
  }
  expect(world.dialCount - count).toBeLessThanOrEqual(3);
});

test('dropping and stopping end all attempts, also the one under way', async () => {
  const dropped = setUp(1);
  await dropped.clock.advance(0);
  dropped.redialer.drop('north');
  await dropped.clock.advance(60_000);
  expect(dropped.world.dialCount).toBe(1);

  const stopped = setUp(1);
  await stopped.clock.advance(0);
  stopped.redialer.stop();
  await stopped.clock.advance(60_000);
  expect(stopped.world.dialCount).toBe(1);
  expect(stopped.world.signals[0]?.aborted).toBe(true);
  expect(stopped.clock.pendingCount).toBe(0);
});
