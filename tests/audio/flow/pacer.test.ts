import { expect, test } from 'vitest';
import { Pacer } from '#audio/flow/pacer.ts';
import { PacketQueue } from '#audio/flow/packet-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const { signal } = new AbortController();

async function slots(clock: FakeClock, count: number, atEach: (index: number) => void): Promise<void> {
  const pacer = new Pacer(clock);
  for (let index = 0; index < count; index++) {
    await pacer.next(signal);
    atEach(index);
  }
}

test('keeps slot n at start + 20·n, whatever the wall clock does', async () => {
  const clock = new FakeClock();
  const times: number[] = [];
  const done = slots(clock, 101, () => times.push(clock.monotonicMs()));
  await clock.advance(500);
  clock.stepWall(-3_000);
  await clock.advance(500);
  clock.stepWall(6_000);
  await clock.advance(1_000);
  await done;
  expect(times).toEqual(Array.from({ length: 101 }, (_, index) => index * 20));
});

test('catches up after a stall, but gives up more than a second', async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  await pacer.next(signal);
  await clock.advance(400);
  for (let slot = 1; slot <= 20; slot++) await pacer.next(signal);
  expect(clock.pendingCount).toBe(0);

  await clock.advance(5_000);
  await pacer.next(signal);
  let early = true;
  const next = pacer.next(signal).then(() => {
    early = false;
  });
  await clock.advance(19);
  expect(early).toBe(true);
  await clock.advance(1);
  await next;
});

test('is as far ahead again after a restart as at its start', async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock, 100);
  const atOnce = async () => {
    let count = 0;
    const waits = new AbortController();
    const running = (async () => {
      for (;;) {
        await pacer.next(waits.signal);
        count++;
      }
    })().catch(() => {});
    await clock.advance(0);
    const now = count;
    waits.abort(new Error('seen'));
    await running;
    return now;
  };
  expect(await atOnce()).toBe(6);
  await clock.advance(40);
  pacer.restart();
  expect(await atOnce()).toBe(6);
});

test('holds back who reads ahead, and gives up the oldest of a radio', async () => {
  const queue = new PacketQueue(3);
  for (let index = 0; index < 5; index++) queue.giveNow(Uint8Array.of(index));
  expect(queue.droppedCount).toBe(2);
  expect(queue.length).toBe(3);

  let given = false;
  const giving = queue.give(Uint8Array.of(9), signal).then(() => {
    given = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toBe(false);
  expect(await queue.take(signal)).toEqual(Uint8Array.of(2));
  await giving;
  queue.end();
  for (const expected of [3, 4, 9]) expect(await queue.take(signal)).toEqual(Uint8Array.of(expected));
  expect(await queue.take(signal)).toBeUndefined();
});

test('stops waiting when aborted', async () => {
  const controller = new AbortController();
  const taking = new PacketQueue(1).take(controller.signal);
  controller.abort(new Error('enough'));
  await expect(taking).rejects.toThrow('enough');
});

test('lets some pass at once after a start and a long pause, and goes on at its pace', async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock, 100);
  const times: number[] = [];
  const pass = async (count: number) => {
    for (let slot = 0; slot < count; slot++) {
      await pacer.next(signal);
      times.push(clock.monotonicMs());
    }
  };
  const first = pass(8);
  await clock.advance(60);
  await first;
  expect(times).toEqual([0, 0, 0, 0, 0, 0, 20, 40]);
  await clock.advance(10_000 - 60);
  const second = pass(7);
  await clock.advance(40);
  await second;
  expect(times.slice(8)).toEqual([10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_020]);
});

test('a queue that is cleared also drops what waits for room, and goes on', async () => {
  const queue = new PacketQueue<number>(2);
  for (const packet of [1, 2]) await queue.give(packet, signal);
  const waiting = queue.give(3, signal);
  queue.clear();
  await waiting;
  await queue.give(4, signal);
  expect([queue.takeNow(), queue.takeNow()]).toEqual([4, undefined]);
});
