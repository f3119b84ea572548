import fc from 'fast-check';
import { expect, test } from 'vitest';
import { speakerDelayFrames, speakerFramesMax, talkEndFrames } from '#audio/capture/limits.ts';
import { SpeakerQueue } from '#audio/capture/speaker-queue.ts';

const packet = (index: number, base = 0) => ({
  timestamp: (base + index * 960) >>> 0,
  payload: Uint8Array.of(index),
});

/** `n`: a packet, `-`: missing, `.`: quiet. */
function pulled(queue: SpeakerQueue, count: number): string {
  return Array.from({ length: count }, () => {
    const pull = queue.pull();
    if (pull === 'quiet') return '.';
    return pull === 'missing' ? '-' : String(pull[0]);
  }).join('');
}

test('a talk plays in order, a little late, also over the end of the timestamps', () => {
  const queue = new SpeakerQueue();
  for (const index of [1, 0, 3, 2]) queue.push(packet(index, 2 ** 32 - 960));
  expect(pulled(queue, speakerDelayFrames)).toBe('.'.repeat(speakerDelayFrames));
  expect(pulled(queue, 4)).toBe('0123');
});

test('a lost packet is a hole, one that comes too late is counted', () => {
  const queue = new SpeakerQueue();
  for (const index of [0, 2, 3]) queue.push(packet(index));
  pulled(queue, speakerDelayFrames);
  expect(pulled(queue, 3)).toBe('0-2');
  queue.push(packet(1));
  expect(pulled(queue, 1)).toBe('3');
  expect(queue.counts).toEqual({ played: 3, missed: 1, late: 1, dropped: 0 });
});

test('a talk ends automatically, and the next begins wherever its timestamps are', () => {
  const queue = new SpeakerQueue();
  queue.push(packet(0));
  pulled(queue, speakerDelayFrames + 1);
  expect(pulled(queue, talkEndFrames)).toBe(`${'-'.repeat(talkEndFrames - 1)}.`);
  expect(queue.quiet).toBe(true);
  queue.push(packet(7, 3_000_000_000));
  expect(pulled(queue, speakerDelayFrames + 1)).toBe(`${'.'.repeat(speakerDelayFrames)}7`);
});

test('a packet that lags in the middle of a talk still plays', () => {
  const queue = new SpeakerQueue();
  queue.push(packet(0));
  pulled(queue, speakerDelayFrames + 1);
  expect(pulled(queue, 3)).toBe('---');
  queue.push(packet(1));
  expect(pulled(queue, 1)).toBe('1');
});

test('timestamps that jump begin another talk', () => {
  const queue = new SpeakerQueue();
  queue.push(packet(0));
  queue.push(packet(1, 960 * 1_000));
  expect(pulled(queue, speakerDelayFrames + 1)).toBe(`${'.'.repeat(speakerDelayFrames)}1`);
  expect(queue.counts.dropped).toBe(1);
});

test('whatever comes, it holds a bounded number and never plays one twice', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(3)), { maxLength: 300 }), (steps) => {
      const queue = new SpeakerQueue();
      let pushed = 0;
      for (const [index, pulls] of steps) {
        queue.push(packet(index));
        pushed++;
        for (let i = 0; i < pulls; i++) queue.pull();
      }
      for (let i = 0; i < speakerFramesMax + talkEndFrames + speakerDelayFrames + 1; i++) queue.pull();
      const { played, late, dropped } = queue.counts;
      expect(queue.quiet).toBe(true);
      expect(played + late + dropped).toBe(pushed);
    }),
  );
});
