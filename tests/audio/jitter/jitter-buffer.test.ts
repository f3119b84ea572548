import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JitterBuffer } from '#audio/jitter/jitter-buffer.ts';
import type { Frame } from '#contracts/audio.ts';

const targetCount = 20;
const delay = { startMs: 400, floorMs: 400, ceilingMs: 2_000 };
const init = { delay, excessMsMax: 500 };
const spanCountMax = 45;

function frame(sequence: number, streamId = 1): Frame {
  return { streamId, sequence: sequence >>> 0, captureTimeMs: 0, payload: new Uint8Array([sequence & 255]) };
}

function push(buffer: JitterBuffer, from: number, count: number, streamId = 1): void {
  for (let index = 0; index < count; index++) buffer.push(frame(from + index, streamId));
}

/** Sequences pulled; `missing` as -1, `waiting` as -2. */
function pull(buffer: JitterBuffer, count: number): number[] {
  return Array.from({ length: count }, () => {
    const pulled = buffer.pull();
    if (pulled.kind === 'frame') return pulled.frame.sequence;
    return pulled.kind === 'missing' ? -1 : -2;
  });
}

/** The next frames, however long it takes: with nothing arriving the buffer plays slower. */
function played(buffer: JitterBuffer, count: number): number[] {
  const sequences: number[] = [];
  for (let turn = 0; turn < 4 * count && sequences.length < count; turn++) {
    sequences.push(...pull(buffer, 1).filter((sequence) => sequence >= 0));
  }
  return sequences;
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('jitter buffer', () => {
  test('gathers the target before it plays', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount - 1);
    expect(pull(buffer, 3)).toEqual([-2, -2, -2]);
    push(buffer, targetCount - 1, 1);
    expect(played(buffer, targetCount)).toEqual(range(0, targetCount));
  });

  test('starts at the target when more came in one go, and not later', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount + 10);
    expect(pull(buffer, 5)).toEqual(range(10, 5));
    expect(buffer.counts).toMatchObject({ skipped: 10, missed: 0, dropped: 0 });
    push(buffer, targetCount + 10, 10);
    expect(played(buffer, 25)).toEqual(range(15, 25));
  });

  test('orders frames, and lets one that was overtaken at the start go first', () => {
    const buffer = new JitterBuffer(init);
    for (const sequence of [1, 0, 3, 2]) buffer.push(frame(sequence));
    push(buffer, 4, targetCount - 4);
    expect(played(buffer, 10)).toEqual(range(0, 10));
    expect(buffer.counts.late).toBe(0);
  });

  test('counts late and duplicate frames and plays neither', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    buffer.push(frame(7));
    expect(played(buffer, 10)).toEqual(range(0, 10));
    buffer.push(frame(3));
    expect(played(buffer, 10)).toEqual(range(10, 10));
    expect(buffer.counts).toMatchObject({ played: 20, duplicate: 1, late: 1, missed: 0 });
  });

  test('leaves a hole for a lost frame', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 5);
    push(buffer, 6, targetCount - 6);
    expect(pull(buffer, 2)).toEqual([0, 1]);
    push(buffer, targetCount, targetCount);
    expect(pull(buffer, 6)).toEqual([2, 3, 4, -1, 6, 7]);
    expect(buffer.counts.missed).toBe(1);
  });

  test('gathers more after an underrun, and loses nothing by it', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    const drained = pull(buffer, 250);
    expect(drained.filter((sequence) => sequence >= 0)).toEqual(range(0, targetCount));
    expect(drained.slice(-200)).toEqual(new Array(200).fill(-2));
    expect(buffer.targetMs).toBeGreaterThan(delay.startMs);
    const needed = buffer.targetMs / 20;
    push(buffer, targetCount, needed - 1);
    expect(pull(buffer, 1)).toEqual([-2]);
    push(buffer, targetCount + needed - 1, 1);
    expect(played(buffer, targetCount)).toEqual(range(targetCount, targetCount));
    expect(buffer.counts).toMatchObject({ missed: 0, late: 0, dropped: 0, underruns: 1 });
  });

  test('plays slower while nothing comes, so that a stall longer than the buffer is no hole', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    const stalled = pull(buffer, 30);
    push(buffer, targetCount, 30);
    const heard = [...stalled, ...pull(buffer, 10)];
    expect(heard.filter((sequence) => sequence >= 0)).toEqual(
      range(0, heard.length - buffer.counts.concealed),
    );
    expect(heard).not.toContain(-2);
    expect(buffer.counts).toMatchObject({ underruns: 0, missed: 0 });
    expect(buffer.counts.stretched).toBeGreaterThan(8);
  });

  test('conceals five lost frames in a row, and leaves more to silence', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 3);
    push(buffer, 10, targetCount - 10);
    expect(pull(buffer, 2)).toEqual([0, 1]);
    push(buffer, targetCount, targetCount);
    expect(pull(buffer, 10)).toEqual([2, -1, -1, -1, -1, -1, -2, -2, 10, 11]);
    expect(buffer.counts).toMatchObject({ missed: 7, concealed: 5 });
  });

  test('plays at once from the newest frames when somebody listens again', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 2 * targetCount);
    buffer.restart();
    expect(pull(buffer, 3)).toEqual(range(targetCount, 3));
    expect(buffer.counts).toMatchObject({ dropped: 0, missed: 0 });
  });

  test('plays out what it holds when the source is interrupted', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 3);
    expect(pull(buffer, 1)).toEqual([-2]);
    buffer.playOut();
    expect(pull(buffer, 4)).toEqual([0, 1, 2, -2]);
    expect(buffer.counts.underruns).toBe(0);
    expect(buffer.counts.concealed).toBe(0);
    push(buffer, 3, 2);
    expect(pull(buffer, 1)).toEqual([-2]);
  });

  test('drops what it holds when that isn’t wanted any more, and plays what comes then a little sooner', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount + 10);
    pull(buffer, 5);
    buffer.flush();
    expect(buffer.heldCount).toBe(0);
    expect(pull(buffer, 3)).toEqual([-2, -2, -2]);
    // Some of what was dropped on the way never came: nobody misses it.
    push(buffer, 40, 14);
    expect(pull(buffer, 1)).toEqual([-2]);
    push(buffer, 54, 6);
    expect(pull(buffer, 4)).toEqual([40, 41, 42, 43]);
    expect(buffer.counts).toMatchObject({ missed: 0, dropped: 0, underruns: 0, late: 0 });
  });

  test('cuts back to the target when it grows too long, dropping the oldest', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    expect(pull(buffer, 1)).toEqual([0]);
    push(buffer, targetCount, spanCountMax - targetCount + 1);
    expect(buffer.counts.dropped).toBe(0);
    push(buffer, spanCountMax + 1, 1);
    expect(buffer.heldCount).toBe(targetCount);
    expect(played(buffer, targetCount)).toEqual(range(spanCountMax + 2 - targetCount, targetCount));
    expect(buffer.counts.dropped).toBe(spanCountMax + 1 - targetCount);
  });

  test('holds no more than it may before anything played, which is no loss', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 10 * spanCountMax);
    expect(buffer.heldCount).toBeLessThanOrEqual(spanCountMax);
    expect(pull(buffer, 1)).toEqual([10 * spanCountMax - targetCount]);
    expect(buffer.counts).toMatchObject({ dropped: 0, missed: 0 });
  });

  test('restarts with a new stream, and is not disturbed by the tail of the one before', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 500, targetCount, 1);
    pull(buffer, 5);
    push(buffer, 0, targetCount, 2);
    buffer.push(frame(530, 1));
    expect(played(buffer, targetCount)).toEqual(range(0, targetCount));
    expect(buffer.counts).toMatchObject({ late: 1, dropped: targetCount - 5 });
  });

  test('goes on over the wrap of the sequence', () => {
    const buffer = new JitterBuffer(init);
    const from = 2 ** 32 - 10;
    push(buffer, from, targetCount);
    expect(played(buffer, targetCount)).toEqual(range(0, targetCount).map((index) => (from + index) >>> 0));
    expect(buffer.counts.missed).toBe(0);
  });

  test('takes a jump far ahead in constant time and plays from there', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    pull(buffer, 5);
    push(buffer, 2_000_000_000, targetCount);
    expect(played(buffer, targetCount)).toEqual(range(2_000_000_000, targetCount));
    expect(buffer.counts.missed).toBeGreaterThan(1_999_999_000);
  });

  test('refuses a size its slots cannot hold', () => {
    expect(() => new JitterBuffer({ delay: { ...delay, ceilingMs: 5_000 }, excessMsMax: 500 })).toThrow(
      RangeError,
    );
  });

  test('never repeats, never goes back, never holds more than it may, and accounts for every frame', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 300 }) }),
      fc.constant({ push: undefined }),
      fc.constant({ push: 'flush' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const buffer = new JitterBuffer(init);
        const played: number[] = [];
        let pushedCount = 0;
        for (const { push: sequence } of steps) {
          if (sequence === 'flush') buffer.flush();
          else if (sequence === undefined) played.push(...pull(buffer, 1).filter((value) => value >= 0));
          else {
            buffer.push(frame(sequence));
            pushedCount++;
          }
          expect(buffer.heldCount).toBeLessThanOrEqual((buffer.targetMs + init.excessMsMax) / 20);
        }
        expect(played).toEqual([...new Set(played)].sort((a, b) => a - b));
        const { played: playedCount, late, duplicate, dropped, skipped, shortened } = buffer.counts;
        expect(playedCount + late + duplicate + dropped + skipped + shortened + buffer.heldCount).toBe(
          pushedCount,
        );
      }),
    );
  });
});
